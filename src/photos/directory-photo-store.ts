import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { isOutage } from '../platform/http/unavailable.ts';
import { Refusal } from '../platform/refusal.ts';
import { currentWorkspace } from '../platform/workspace/workspace.context.ts';
import { clockOfFileSystem, makePrivateFolders, syncFolder, unlessAbsent } from './files.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import { PhotoStore } from './photo-store.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNFINISHED = /\.tmp$/;

/**
 * Photos in a directory: `<PHOTO_STORE>/<workspace>/<last two hex digits of the id>/<id>`. The last digits of a time-ordered id
 * are its random ones, so the 256 folders fill evenly. Folders are 0700 and files 0600.
 */
@Injectable()
export class DirectoryPhotoStore extends PhotoStore {
  private readonly root: string;

  constructor(@Inject(ENV) environment: Environment) {
    super();
    this.root = environment.photoStore;
  }

  async put(id: string, sealed: Buffer): Promise<void> {
    const path = this.pathOf(id);
    try {
      await makePrivateFolders(this.root, this.folder, dirname(path));
      await writeDurably(path, sealed);
    } catch (error) {
      throw isOutage(error) ? Object.assign(new Refusal('service-unavailable', { retryAfter: 30 }), { cause: error }) : error;
    }
  }

  async get(id: string): Promise<Buffer> {
    const bytes = await unlessAbsent(readFile(this.pathOf(id)));
    if (!bytes) throw new PhotoDamaged(id, 'missing');
    return bytes;
  }

  async delete(id: string): Promise<void> {
    await unlessAbsent(unlink(this.pathOf(id)));
  }

  async *restingFor(milliseconds: number): AsyncIterable<string> {
    for await (const { name } of this.filesOlderThan(milliseconds)) if (ID.test(name)) yield name;
  }

  async removeUnfinished(olderThanMs: number): Promise<number> {
    let removed = 0;
    for await (const { name, path } of this.filesOlderThan(olderThanMs)) {
      if (!UNFINISHED.test(name)) continue;
      await unlessAbsent(unlink(path));
      removed++;
    }
    return removed;
  }

  async adopt(workspaceName: string): Promise<void> {
    const source = join(this.root, workspaceName);
    const folders = ((await unlessAbsent(readdir(source, { withFileTypes: true }))) ?? []).filter((entry) => entry.isDirectory());
    for (const { name: folder } of folders) {
      await makePrivateFolders(this.root, this.folder, join(this.folder, folder));
      const files = ((await unlessAbsent(readdir(join(source, folder)))) ?? []).filter((name) => !UNFINISHED.test(name));
      for (const name of files) await unlessAbsent(link(join(source, folder, name), join(this.folder, folder, name)));
      await syncFolder(join(this.folder, folder));
    }
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get folder(): string {
    return join(this.root, currentWorkspace().name);
  }

  private pathOf(id: string): string {
    if (!ID.test(id)) throw new Error('a photo id is a lower-case UUID');
    return join(this.folder, id.slice(-2), id);
  }

  private async *filesOlderThan(milliseconds: number): AsyncIterable<{ name: string; path: string }> {
    const levels = await unlessAbsent(readdir(this.folder, { withFileTypes: true }));
    if (!levels) return;
    const latest = (await clockOfFileSystem(this.folder)) - milliseconds;
    for (const level of levels.filter((entry) => entry.isDirectory())) {
      const folder = join(this.folder, level.name);
      for (const name of (await unlessAbsent(readdir(folder))) ?? []) {
        const path = join(folder, name);
        const file = await unlessAbsent(stat(path));
        if (file && file.mtimeMs <= latest) yield { name, path };
      }
    }
  }
}

/** After it resolves the file is whole and survives a power cut; when it fails nothing is left. */
async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await unlink(unfinished).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}
