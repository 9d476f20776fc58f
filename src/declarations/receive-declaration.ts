import type { Request, Response } from 'express';
import type { MultipartReader } from '../photos/multipart.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../photos/photo-slot.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import type { Fault } from '../platform/refusal.ts';
import { FORM_FIELD_NAMES } from './form/declaration-form.ts';
import { ticksOfMultipart, type RawForm } from './form/form-check.ts';

/** A whole declaration as it arrived in one request, before anything is known of it. */
export interface ArrivedDeclaration {
  readonly raw: RawForm;
  readonly files: ReadonlyMap<PhotoSlot, SpooledFile>;
  /** What was wrong with the parts of the body themselves. */
  readonly faults: readonly Fault[];
}

/** Takes the form and its photos in; the spooled photos are gone when `work` is done with them. */
export async function receiveDeclaration<T>(
  multipart: MultipartReader,
  request: Request,
  response: Response,
  work: (arrived: ArrivedDeclaration) => Promise<T>,
): Promise<T> {
  const { fields, files, faults } = await multipart.receivePhotos(request, response, {
    fields: PHOTO_SLOTS.map((name) => ({ name, maxCount: 1 })),
    textFields: FORM_FIELD_NAMES,
  });
  try {
    return await work({ raw: ticksOfMultipart(fields), files, faults });
  } finally {
    await Promise.all([...files.values()].map((file) => file.discard()));
  }
}
