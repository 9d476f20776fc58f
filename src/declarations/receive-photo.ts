import type { Request, Response } from 'express';
import type { MultipartReader } from '../photos/multipart.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import type { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { validationFailed } from '../platform/refusal.ts';

/**
 * Takes the one file of a photo upload in, hands it on, and lets go of it whatever happens.
 * @throws Refusal `too-many-attempts` before the body is received
 */
export async function receivePhoto<T>(
  reader: MultipartReader,
  limits: AttemptLimits,
  request: Request,
  response: Response,
  then: (file: SpooledFile) => Promise<T>,
): Promise<T> {
  await limits.count({ limit: 'upload-by-address', subject: request.ip ?? '' });
  const { files, faults } = await reader.receivePhotos(request, response, { fields: [{ name: 'file', maxCount: 1 }], textFields: [] });
  const file = files.get('file');
  try {
    const missing = file || faults.some(({ pointer }) => pointer === '/file') ? [] : [{ pointer: '/file', code: 'photo-missing' }];
    if (!file || faults.length > 0) throw validationFailed([...faults, ...missing]);
    return await then(file);
  } finally {
    await file?.discard();
  }
}
