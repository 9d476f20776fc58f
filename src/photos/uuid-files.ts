import { link, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { currentWorkspace } from '../platform/workspace/workspace.context.ts';
import {
  addDurably,
  clockOfFileSystem,
  makePrivateFolders,
  orUnavailable,
  syncFolder,
  unlessAbsent,
  writeDurably,
} from '../platform/files.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNFINISHED = /\.tmp$/;

/**
 * Small and large things in a directory, each under its UUID: `<root>/<workspace>/<last two hex digits of the id>/<id>`. The last digits
 * of a time-ordered id are its random ones, so the 256 folders fill evenly. Folders are 0700 and files 0600.
 */
export class UuidFiles {
  constructor(private readonly root: string) {}

  /** @throws Refusal `service-unavailable` when there is no room or the disk does not answer; then nothing is kept */
  async put(id: string, bytes: Buffer): Promise<void> {
    await this.place(id, (path) => writeDurably(path, bytes));
  }

  /** As `put`, unless there is a file already. @returns whether there was none */
  async add(id: string, bytes: Buffer): Promise<boolean> {
    return this.place(id, (path) => addDurably(path, bytes));
  }

  async find(id: string): Promise<Buffer | undefined> {
    return unlessAbsent(readFile(this.pathOf(id)));
  }

  /** The first bytes, as many as there are. */
  async head(id: string, bytes: number): Promise<Buffer | undefined> {
    const file = await unlessAbsent(open(this.pathOf(id), 'r'));
    if (!file) return undefined;
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async delete(id: string): Promise<void> {
    await unlessAbsent(unlink(this.pathOf(id)));
  }

  async *ids(): AsyncIterable<string> {
    for await (const { name } of this.files()) if (ID.test(name)) yield name;
  }

  /** Ids of files that have rested for at least so long, by the clock of the disk. Ends early when it is told to stop. */
  async *restingFor(milliseconds: number, stopping?: AbortSignal): AsyncIterable<string> {
    for await (const { name } of this.filesOlderThan(milliseconds, ID, stopping)) yield name;
  }

  /** @returns how many */
  async removeUnfinished(olderThanMs: number): Promise<number> {
    let removed = 0;
    for await (const { path } of this.filesOlderThan(olderThanMs, UNFINISHED)) {
      await unlessAbsent(unlink(path));
      removed++;
    }
    return removed;
  }

  /**
   * Links to the files of another workspace: what is changed or removed there stays as it is here.
   * @throws Refusal `service-unavailable` when there is no room or the disk does not answer
   */
  async adopt(workspaceName: string): Promise<void> {
    return orUnavailable(() => this.linkTo(workspaceName));
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get folder(): string {
    return join(this.root, currentWorkspace().name);
  }

  private pathOf(id: string): string {
    if (!ID.test(id)) throw new Error('a file is called by a lower-case UUID');
    return join(this.folder, id.slice(-2), id);
  }

  private place<T>(id: string, write: (path: string) => Promise<T>): Promise<T> {
    const path = this.pathOf(id);
    return orUnavailable(async () => {
      await makePrivateFolders(this.root, this.folder, dirname(path));
      return write(path);
    });
  }

  private async linkTo(workspaceName: string): Promise<void> {
    const source = join(this.root, workspaceName);
    const folders = ((await unlessAbsent(readdir(source, { withFileTypes: true }))) ?? []).filter((entry) => entry.isDirectory());
    for (const { name: folder } of folders) {
      await makePrivateFolders(this.root, this.folder, join(this.folder, folder));
      const files = ((await unlessAbsent(readdir(join(source, folder)))) ?? []).filter((name) => !UNFINISHED.test(name));
      for (const name of files) await unlessAbsent(link(join(source, folder, name), join(this.folder, folder, name)));
      await syncFolder(join(this.folder, folder));
    }
  }

  private async *files(): AsyncIterable<{ name: string; path: string }> {
    const levels = (await unlessAbsent(readdir(this.folder, { withFileTypes: true }))) ?? [];
    for (const level of levels.filter((entry) => entry.isDirectory())) {
      const folder = join(this.folder, level.name);
      for (const name of (await unlessAbsent(readdir(folder))) ?? []) yield { name, path: join(folder, name) };
    }
  }

  private async *filesOlderThan(
    milliseconds: number,
    called: RegExp,
    stopping?: AbortSignal,
  ): AsyncIterable<{ name: string; path: string }> {
    if (!(await unlessAbsent(stat(this.folder)))) return;
    const latest = (await clockOfFileSystem(this.folder)) - milliseconds;
    for await (const { name, path } of this.files()) {
      if (stopping?.aborted) return;
      if (!called.test(name)) continue;
      const file = await unlessAbsent(stat(path));
      if (file && file.mtimeMs <= latest) yield { name, path };
    }
  }
}
