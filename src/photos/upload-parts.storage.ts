import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, readFile, stat, unlink, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Environment } from '../platform/env.ts';
import { isOutage } from '../platform/http/unavailable.ts';
import { Keyring } from '../platform/keyring.ts';
import { Refusal } from '../platform/refusal.ts';
import { currentWorkspace } from '../platform/workspace/workspace.context.ts';
import { clockOfFileSystem, makePrivateFolders, syncFolder, unlessAbsent, writeDurably } from '../platform/files.ts';
import { PhotoDamaged } from './photo-damaged.ts';
import { HEADER_BYTES, SealedFile, TAG_BYTES, type Sealing } from '../platform/sealed-file.ts';

/** Algorithms of `Upload-Checksum`: SHA-1 because tus asks for it, against accidents, not against people. */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256'] as const;

/** What a piece must hash to. */
export interface Checksum {
  readonly algorithm: (typeof CHECKSUM_ALGORITHMS)[number];
  readonly digest: Buffer;
}

/** Where a piece belongs. */
export interface PartPlace {
  readonly uploadId: string;
  readonly firstByte: number;
  /** How many bytes may come, from `firstByte` to the photo's end. */
  readonly most: number;
}

/** What came of one request. */
export interface ReceivedPart {
  /** What is kept, and how many bytes; undefined when there is nothing to keep. */
  readonly part: { readonly id: string; readonly bytes: number } | undefined;
  /** The photo's last byte, when it came: it is not kept, but turns the pieces into a photo. */
  readonly lastByte: Buffer | undefined;
  /** Whether the sender left in the middle. */
  readonly isCut: boolean;
}

const PART = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.part$/;
const READ_BYTES = 64 * 1024;

/**
 * Pieces of photos that are still arriving: `<PHOTO_STORE>/<workspace>/uploads/<id>.part`, beside the photos, so that every copy of the
 * service goes on where another one stopped. Each piece is sealed while it streams, under a nonce of its own and bound to its place: what
 * is sent again is another file, and nothing ever rests in clear. A piece counts once a row names it; one that none names is swept.
 */
@Injectable()
export class UploadParts {
  private readonly root: string;
  private readonly sealed: SealedFile;

  constructor(@Inject(ENV) environment: Environment, keyring: Keyring) {
    this.root = environment.photoStore;
    this.sealed = new SealedFile('BHXU\x01', () => keyring.keysFor('upload-parts'));
  }

  /**
   * Takes the body of a request in, as far as it comes; what was kept survives a power cut. A piece with a checksum is kept whole or
   * not at all.
   * @throws Refusal `payload-too-large` with the first byte too many, `checksum-mismatch`, `service-unavailable`; nothing is kept then
   */
  async receive(request: IncomingMessage, { uploadId, firstByte, most }: PartPlace, checksum?: Checksum): Promise<ReceivedPart> {
    const id = randomUUID();
    const hash = checksum && createHash(checksum.algorithm);
    const piece = new Piece(this.sealed.beginSealing(ownerOf(uploadId, firstByte)), () => this.create(id));
    let lastByte: Buffer | undefined;
    try {
      for await (const chunk of untilCut(request)) {
        const room = most - piece.bytes - (lastByte ? 1 : 0);
        if (chunk.length > room) throw new Refusal('payload-too-large');
        hash?.update(chunk);
        const isEnd = chunk.length === room;
        if (isEnd) lastByte = Buffer.from(chunk.subarray(-1));
        await piece.write(isEnd ? chunk.subarray(0, -1) : chunk);
      }
      const isCut = hasLeft(request);
      if (!isCut && checksum && !hash?.digest().equals(checksum.digest)) throw new Refusal('checksum-mismatch');
      const isKept = piece.bytes > 0 && !(isCut && checksum);
      if (isKept) await this.complete(piece);
      else await this.abandon(id, piece);
      return { part: isKept ? { id, bytes: piece.bytes } : undefined, lastByte: isCut ? undefined : lastByte, isCut };
    } catch (error) {
      await this.abandon(id, piece);
      throw isOutage(error) ? Object.assign(new Refusal('service-unavailable', { retryAfter: 30 }), { cause: error }) : error;
    }
  }

  /**
   * The bytes of these pieces, one piece after the other, from the first byte of the photo on.
   * @throws PhotoDamaged as soon as a piece turns out not to be what was received: what came before is not to be believed either
   */
  async *read(uploadId: string, ids: readonly string[]): AsyncGenerator<Buffer, void, undefined> {
    let firstByte = 0;
    for (const id of ids) {
      const file = await unlessAbsent(open(this.pathOf(id), 'r'));
      if (!file) throw new PhotoDamaged(id, 'missing');
      try {
        for await (const bytes of this.unsealed(file, id, ownerOf(uploadId, firstByte))) {
          firstByte += bytes.length;
          yield bytes;
        }
      } finally {
        await file.close();
      }
    }
  }

  /**
   * Seals pieces of an upload anew that the newest key did not seal, each in its place.
   * @returns how many; and how many open under no key that is known
   */
  async rewrap(uploadId: string, ids: readonly string[]): Promise<{ done: number; unreadable: number }> {
    const found = { done: 0, unreadable: 0 };
    let firstByte = 0;
    for (const id of ids) {
      const sealed = await unlessAbsent(readFile(this.pathOf(id)));
      // The upload has ended meanwhile.
      if (!sealed) break;
      const owner = ownerOf(uploadId, firstByte);
      firstByte += sealed.length - HEADER_BYTES - TAG_BYTES;
      if (this.sealed.isNewest(sealed)) continue;
      const bytes = this.sealed.open(sealed, owner);
      if (typeof bytes === 'string') found.unreadable++;
      else {
        await writeDurably(this.pathOf(id), this.sealed.seal(bytes, owner));
        found.done++;
      }
    }
    return found;
  }

  /** Removes pieces that no row names any more. What cannot be removed now is left to the sweep. */
  async discard(ids: readonly string[]): Promise<void> {
    await Promise.allSettled(ids.map((id) => unlink(this.pathOf(id))));
  }

  /** Ids of pieces that have rested for at least so long, by the store's own clock. */
  async *restingFor(milliseconds: number, stopping?: AbortSignal): AsyncGenerator<string, void, undefined> {
    const names = await unlessAbsent(readdir(this.folder));
    if (!names?.length) return;
    const latest = (await clockOfFileSystem(this.folder)) - milliseconds;
    for (const name of names) {
      if (stopping?.aborted) return;
      const id = PART.exec(name)?.[1];
      const file = id && (await unlessAbsent(stat(join(this.folder, name))));
      if (file && file.mtimeMs <= latest) yield id;
    }
  }

  private get folder(): string {
    return join(this.root, currentWorkspace().name, 'uploads');
  }

  private pathOf(id: string): string {
    return join(this.folder, `${id}.part`);
  }

  private async create(id: string): Promise<FileHandle> {
    await makePrivateFolders(this.root, join(this.root, currentWorkspace().name), this.folder);
    return open(this.pathOf(id), 'wx', 0o600);
  }

  private async complete(piece: Piece): Promise<void> {
    await piece.seal();
    await syncFolder(this.folder);
  }

  private async abandon(id: string, piece: Piece): Promise<void> {
    if (await piece.abandon()) await this.discard([id]);
  }

  private async *unsealed(file: FileHandle, id: string, owner: string): AsyncGenerator<Buffer, void, undefined> {
    const end = (await file.stat()).size - TAG_BYTES;
    const [header, tag] = [await bytesAt(file, 0, HEADER_BYTES), await bytesAt(file, Math.max(end, 0), TAG_BYTES)];
    const decipher = this.sealed.beginOpening(header, tag, owner);
    if (typeof decipher === 'string') throw new PhotoDamaged(id, decipher);
    for (let at = HEADER_BYTES; at < end; at += READ_BYTES) yield decipher.update(await bytesAt(file, at, Math.min(READ_BYTES, end - at)));
    try {
      decipher.final();
    } catch {
      throw new PhotoDamaged(id, 'not-authentic');
    }
  }
}

/** A piece while it is being written. Its file is made with its first byte. */
class Piece {
  bytes = 0;
  private file: FileHandle | undefined;

  constructor(
    private readonly sealing: Sealing,
    private readonly create: () => Promise<FileHandle>,
  ) {}

  async write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    if (!this.file) {
      this.file = await this.create();
      await this.file.writeFile(this.sealing.header);
    }
    await this.file.writeFile(this.sealing.cipher.update(bytes));
    this.bytes += bytes.length;
  }

  async seal(): Promise<void> {
    const { cipher } = this.sealing;
    await this.file?.writeFile(Buffer.concat([cipher.final(), cipher.getAuthTag()]));
    await this.file?.sync();
    await this.file?.close();
  }

  /** @returns whether there is a file to be removed */
  async abandon(): Promise<boolean> {
    await this.file?.close().catch(() => undefined);
    return this.file !== undefined;
  }
}

function ownerOf(uploadId: string, firstByte: number): string {
  return `${uploadId}/${firstByte}`;
}

/** The body until it ends or its sender leaves. The request is not destroyed on the way out: its answer would go with it. */
async function* untilCut(request: IncomingMessage): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!request.destroyed) throw error;
    // What had come before anybody looked is still in the buffer: at times the whole body, of a sender who did not wait.
    const rest = request.read() as Buffer | null;
    if (rest) yield rest;
  }
}

function hasLeft(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}
