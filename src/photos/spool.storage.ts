import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { StorageEngine } from 'multer';
import { ENV, type Environment } from '../platform/env.ts';
import { Refusal } from '../platform/refusal.ts';
import { readWhole, unlessAbsent } from '../platform/files.ts';
import { amongBodies } from '../platform/heap-growth.ts';
import { inShare } from '../platform/loop-share.ts';
import { SPOOL_ALGORITHM, unsealed, type SealedPhoto } from './sealed-photo.ts';

export type PhotoFormat = 'jpeg' | 'png';

/** A file part that has arrived, waiting on disk, encrypted, for its turn at the gate. Its receiver discards it. */
export interface SpooledFile {
  /** Name of the part it came in: a photo slot, or `file`. */
  readonly slot: string;
  /** SHA-256 of the bytes that were sent. */
  readonly sha256: Buffer;
  /** How many bytes were sent. */
  readonly bytes: number;
  /** By signature, not by name or declared type; undefined = neither JPEG nor PNG, and then the content was not kept. */
  readonly format: PhotoFormat | undefined;
  /** Whether a file that is neither is HEIC or HEIF, which its sender can have the phone turn into JPEG. */
  readonly isHeic?: boolean;
  /** The bytes that were sent, until they are discarded. */
  read(): Promise<Buffer>;
  /** The same as they rest, for a thread that unseals them itself: what is read on this one is garbage that this one must find. */
  readSealed(): Promise<SealedPhoto>;
  discard(): Promise<void>;
}

/** As many as the longest signature has: HEIC's brand ends there. */
const SIGNATURE_BYTES = 12;
const NONCE_BYTES = 12;
/** No request lasts this long: it is cut long before. */
export const LONGEST_STAY_MS = 10 * 60_000;

/**
 * Where uploads wait. Pictures of identity papers never rest in clear: each file is encrypted under a key that lives in this
 * process's memory only, so what a crash leaves behind is noise, and is removed at the next start.
 */
@Injectable()
export class Spool implements OnModuleInit {
  private readonly directory: string;
  private readonly key = randomBytes(32);

  constructor(@Inject(ENV) environment: Environment) {
    this.directory = join(environment.dataDir, 'spool');
  }

  async onModuleInit(): Promise<void> {
    await this.prepare();
    await this.removeLeftovers();
  }

  /**
   * Takes a file part in as it streams.
   * @param most largest number of bytes, inclusive
   * @throws Refusal `payload-too-large` as soon as there is one byte more; whatever the error, nothing is left behind
   */
  async receive(slot: string, stream: Readable, most: number): Promise<SpooledFile> {
    const path = join(this.directory, `${process.pid}-${randomUUID()}`);
    const iv = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(SPOOL_ALGORITHM, this.key, iv);
    const hash = createHash('sha256');
    let file: FileHandle | undefined;
    let format: PhotoFormat | undefined;
    let isHeic = false;
    const since = performance.now();
    let head: Buffer | undefined = Buffer.alloc(0);
    let bytes = 0;
    const begin = async (beginning: Buffer) => {
      format = formatOf(beginning);
      isHeic = HEIC.test(beginning.toString('latin1', 0, SIGNATURE_BYTES));
      if (format) file = await this.create(path);
      await file?.writeFile(cipher.update(beginning));
    };
    try {
      // The stream is not destroyed on the way out: its own error would overtake the reason.
      for await (const part of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += part.length;
        if (bytes > most) throw new Refusal('payload-too-large');
        if (!head) {
          const seal = () => {
            hash.update(part);
            return file && cipher.update(part);
          };
          await inShare(since, seal, async (sealed) => sealed && file?.writeFile(sealed));
          continue;
        }
        hash.update(part);
        head = Buffer.concat([head, part]);
        if (head.length < SIGNATURE_BYTES) continue;
        await begin(head);
        head = undefined;
      }
      if (head) await begin(head);
      cipher.final();
      await file?.close();
    } catch (error) {
      await file?.close().catch(() => undefined);
      if (file) await unlink(path).catch(() => undefined);
      throw error;
    }
    const seal = { key: this.key, iv, tag: cipher.getAuthTag() };
    return new EncryptedFile(slot, hash.digest(), bytes, format, isHeic, path, seal);
  }

  /**
   * Removes what nobody will read: files of processes that are dead, of an earlier process with our number, and those older
   * than any request can be. @returns how many
   */
  async removeLeftovers(): Promise<number> {
    const now = Date.now();
    const ourBeginning = now - process.uptime() * 1000;
    let removed = 0;
    for (const name of (await unlessAbsent(readdir(this.directory))) ?? []) {
      const path = join(this.directory, name);
      const file = await unlessAbsent(stat(path));
      if (!file) continue;
      const owner = Number(name.split('-')[0]);
      const ownerGone = owner === process.pid ? file.mtimeMs < ourBeginning : !isAlive(owner);
      if (!ownerGone && now - file.mtimeMs < LONGEST_STAY_MS) continue;
      await unlessAbsent(unlink(path));
      removed++;
    }
    return removed;
  }

  private async create(path: string): Promise<FileHandle> {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await this.prepare();
      return open(path, 'wx', 0o600);
    }
  }

  private async prepare(): Promise<void> {
    await mkdir(dirname(this.directory), { recursive: true });
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
  }
}

/** multer's storage for one request: what multer calls a stored file is a spooled one. */
export class SpoolStorage implements StorageEngine {
  /** Every part that was begun, settled or not: whoever gives up waits for these before looking for what is left. */
  readonly begun: Promise<SpooledFile>[] = [];

  constructor(
    private readonly spool: Spool,
    private readonly most: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  _handleFile(_request: unknown, part: Express.Multer.File, done: (error?: unknown, info?: object) => void): void {
    const receiving = amongBodies(() => this.spool.receive(part.fieldname, part.stream, this.most));
    this.begun.push(receiving);
    receiving.then(
      () => done(undefined, {}),
      (error: unknown) => {
        this.onFailure(error);
        done(error);
      },
    );
  }

  /** multer's own tidying; ours follows from `begun` and is the one that counts. */
  _removeFile(_request: unknown, _part: Express.Multer.File, done: (error: Error | null) => void): void {
    done(null);
  }

  /** Waits for what is under way and removes all of it. */
  async discardAll(): Promise<void> {
    for (const part of await Promise.allSettled(this.begun)) if (part.status === 'fulfilled') await part.value.discard();
  }
}

class EncryptedFile implements SpooledFile {
  constructor(
    readonly slot: string,
    readonly sha256: Buffer,
    readonly bytes: number,
    readonly format: PhotoFormat | undefined,
    readonly isHeic: boolean,
    private readonly path: string,
    private readonly seal: Omit<SealedPhoto, 'sealed'>,
  ) {}

  async read(): Promise<Buffer> {
    return unsealed(await this.readSealed());
  }

  async readSealed(): Promise<SealedPhoto> {
    if (!this.format) throw new Error('what is neither JPEG nor PNG was not kept');
    return { sealed: await readWhole(this.path, this.bytes), ...this.seal };
  }

  async discard(): Promise<void> {
    if (this.format) await unlink(this.path).catch(() => undefined);
  }
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** The brands of ISO 23008-12 in the first box: pictures and bursts of HEVC, and HEIF without saying of what. */
const HEIC = /^....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)$/s;

function formatOf(head: Buffer): PhotoFormat | undefined {
  if (head.subarray(0, JPEG.length).equals(JPEG)) return 'jpeg';
  if (head.subarray(0, PNG.length).equals(PNG)) return 'png';
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
