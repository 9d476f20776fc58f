import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import { PhotoStore } from './photo-store.ts';
import { UuidFiles } from './uuid-files.ts';

/** Photos in the directory PHOTO_STORE. */
@Injectable()
export class DirectoryPhotoStore extends PhotoStore {
  private readonly files: UuidFiles;

  constructor(@Inject(ENV) { photoStore }: Pick<Environment, 'photoStore'>) {
    super();
    this.files = new UuidFiles(photoStore);
  }

  put(id: string, sealed: Buffer): Promise<void> {
    return this.files.put(id, sealed);
  }

  async get(id: string): Promise<Buffer> {
    const bytes = await this.files.find(id);
    if (!bytes) throw new PhotoDamaged(id, 'missing');
    return bytes;
  }

  head(id: string, bytes: number): Promise<Buffer | undefined> {
    return this.files.head(id, bytes);
  }

  replace(id: string, sealed: Buffer): Promise<void> {
    return this.files.put(id, sealed);
  }

  delete(id: string): Promise<void> {
    return this.files.delete(id);
  }

  ids(): AsyncIterable<string> {
    return this.files.ids();
  }

  restingFor(milliseconds: number, stopping?: AbortSignal): AsyncIterable<string> {
    return this.files.restingFor(milliseconds, stopping);
  }

  removeUnfinished(olderThanMs: number): Promise<number> {
    return this.files.removeUnfinished(olderThanMs);
  }

  adopt(workspaceName: string): Promise<void> {
    return this.files.adopt(workspaceName);
  }

  clear(): Promise<void> {
    return this.files.clear();
  }
}
