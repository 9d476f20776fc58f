import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { DirectoryKeyStore } from '../../src/photos/directory-key-store.ts';
import { PhotoCipher } from '../../src/photos/photo-cipher.ts';
import { PhotoKeys } from '../../src/photos/photo-keys.ts';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import type { Environment } from '../../src/platform/env.ts';
import { openKeyring } from '../../src/platform/secrets.ts';
import { DirectoryPhotoStore } from '../../src/photos/directory-photo-store.ts';

/** Opens what a service has stored with the service's own key, from beside it. */
export class StoredPhotos {
  private constructor(
    private readonly files: DirectoryPhotoStore,
    private readonly cipher: PhotoCipher,
    private readonly keys: PhotoKeys,
  ) {}

  static async of(dataDir: string): Promise<StoredPhotos> {
    const folders = { photoStore: join(dataDir, 'photos'), photoKeys: join(dataDir, 'photo-keys') };
    const environment = { dataDir, ...folders, masterKeys: [] } as unknown as Environment;
    const keyring = await openKeyring(environment);
    const keys = new PhotoKeys(new DirectoryKeyStore(environment), keyring);
    return new StoredPhotos(new DirectoryPhotoStore(environment), new PhotoCipher(keyring), keys);
  }

  async open(reference: { id: string; declarationId: string; slot: PhotoSlot }): Promise<Buffer> {
    return this.cipher.open(await this.files.get(reference.id), reference, await this.keys.find(reference.declarationId));
  }
}

/** Start, tables, frame, restart interval, scan, JFIF's head. */
const PICTURE_MARKERS = new Set([0xe0, 0xdb, 0xc0, 0xc2, 0xc4, 0xdd, 0xda]);
const JFIF_BYTES = 14;

/** What a stored JPEG has besides pixels; nothing, one hopes. */
export function foreignPartsOf(jpeg: Buffer): string[] {
  const found: string[] = [];
  if (jpeg.readUInt16BE(0) !== 0xffd8) return ['no JPEG'];
  for (let at = 2; at < jpeg.length - 4;) {
    const marker = jpeg[at + 1]!;
    const length = jpeg.readUInt16BE(at + 2);
    if (!PICTURE_MARKERS.has(marker) || (marker === 0xe0 && length > JFIF_BYTES + 2)) found.push(`segment ${marker.toString(16)}`);
    if (marker === 0xda) break;
    at += 2 + length;
  }
  if (jpeg.readUInt16BE(jpeg.length - 2) !== 0xffd9 || jpeg.indexOf(Buffer.from([0xff, 0xd9])) !== jpeg.length - 2)
    found.push('something behind its end');
  return found;
}

export async function fileHolds(path: string, payload: Buffer): Promise<boolean> {
  return (await readFile(path)).includes(payload);
}
