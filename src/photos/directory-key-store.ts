import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { KeyStore } from './key-store.ts';
import { UuidFiles } from './uuid-files.ts';

/** Wrapped keys in the directory PHOTO_KEYS. */
@Injectable()
export class DirectoryKeyStore extends KeyStore {
  private readonly files: UuidFiles;

  constructor(@Inject(ENV) { photoKeys }: Pick<Environment, 'photoKeys'>) {
    super();
    this.files = new UuidFiles(photoKeys);
  }

  add(declarationId: string, wrapped: Buffer): Promise<boolean> {
    return this.files.add(declarationId, wrapped);
  }

  find(declarationId: string): Promise<Buffer | undefined> {
    return this.files.find(declarationId);
  }

  replace(declarationId: string, wrapped: Buffer): Promise<void> {
    return this.files.put(declarationId, wrapped);
  }

  delete(declarationId: string): Promise<void> {
    return this.files.delete(declarationId);
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
