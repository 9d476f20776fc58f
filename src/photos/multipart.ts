import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { ClientGone } from '../platform/http/client-gone.ts';
import { drainAfterRefusal } from '../platform/http/early-refusal.ts';
import { safeName } from '../platform/http/input.pipe.ts';
import { isOutage } from '../platform/http/unavailable.ts';
import { Refusal, type Fault } from '../platform/refusal.ts';
import { Spool, SpoolStorage, type SpooledFile } from './spool.storage.ts';

/** Largest file part, inclusive: 10 MiB [S: the service's contract]. */
export const MOST_FILE_BYTES = 10 * 1024 * 1024;
/** What all text fields and part headers of a request may weigh together. */
const MOST_TEXT_BYTES = 256 * 1024;
/** A value longer than any rule allows must still arrive, to be answered `too-long` beside all other faults. */
const MOST_FIELD_BYTES = 64 * 1024;
const MOST_NAME_LENGTH = 64;
const MOST_FIELDS = 25;
const MOST_PARTS = 30;

/** Which parts a route takes. */
export interface ExpectedParts<Name extends string> {
  /** File parts, each at most once. */
  readonly fields: readonly { readonly name: Name; readonly maxCount: 1 }[];
  readonly textFields: readonly string[];
}

export interface ReceivedParts<Name extends string> {
  /** The expected text fields that arrived, as sent, without a prototype. Of a repeated one the first value. */
  readonly fields: Record<string, string>;
  readonly files: Map<Name, SpooledFile>;
  /** `unknown-field` for a text field nobody expects; `wrong-type` for a repeated one, and for a photo sent as text. */
  readonly faults: Fault[];
}

/** Reads multipart forms with photos: strictly, within limits, and leaving nothing behind. */
@Injectable()
export class MultipartReader {
  constructor(private readonly spool: Spool) {}

  /**
   * Takes the whole form in. The files belong to the caller, who discards them whatever happens.
   * @throws Refusal `unsupported-media-type`, `payload-too-large` (before the body is read when `Content-Length` tells),
   *   `malformed-request` for what is no form or holds unknown, repeated or misplaced file parts, `service-unavailable`
   * @throws ClientGone when the sender left; in every case nothing of the request stays on disk or open
   */
  async receivePhotos<Name extends string>(
    request: IncomingMessage,
    response: ServerResponse,
    expected: ExpectedParts<Name>,
  ): Promise<ReceivedParts<Name>> {
    try {
      if (hasLeft(request)) throw new ClientGone();
      const mostBytes = expected.fields.length * MOST_FILE_BYTES + MOST_TEXT_BYTES;
      refuseByHeaders(request, mostBytes);
      return await new Form(this.spool, request, response, expected, mostBytes).read();
    } catch (error) {
      if (hasLeft(request)) throw new ClientGone();
      drainAfterRefusal(request, response);
      throw error;
    }
  }
}

function refuseByHeaders({ headers }: IncomingMessage, mostBytes: number): void {
  const isForm = /^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? '');
  const isPacked = (headers['content-encoding'] ?? 'identity') !== 'identity';
  if (!isForm || isPacked) throw new Refusal('unsupported-media-type');
  if (Number(headers['content-length']) > mostBytes) throw new Refusal('payload-too-large');
  const hasBoundary = /;\s*boundary=("[^"]|[^\s;"])/i.test(headers['content-type'] ?? '');
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  if (!hasBoundary || !hasBody) throw new Refusal('malformed-request');
}

function hasLeft(request: IncomingMessage): boolean {
  return request.destroyed && !request.complete;
}

/** One form being read. */
class Form<Name extends string> {
  private readonly fields = Object.create(null) as Record<string, string>;
  private readonly faults: Fault[] = [];
  private readonly seenFiles = new Set<string>();
  private readonly storage: SpoolStorage;
  private reject: (error: unknown) => void = () => undefined;
  private parser: FormParser | undefined;
  private hasGivenUp = false;

  constructor(
    spool: Spool,
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly expected: ExpectedParts<Name>,
    private readonly mostBytes: number,
  ) {
    this.storage = new SpoolStorage(spool, MOST_FILE_BYTES, (error) => this.giveUp(error));
  }

  async read(): Promise<ReceivedParts<Name>> {
    try {
      await this.parse();
      const files = (await Promise.all(this.storage.begun)).map((file) => [file.slot as Name, file] as const);
      return { fields: this.fields, files: new Map(files), faults: this.faults };
    } catch (error) {
      await this.storage.discardAll();
      throw asRefusal(error);
    }
  }

  private parse(): Promise<void> {
    const options: MulterOptions = {
      storage: this.storage,
      limits: {
        fileSize: MOST_FILE_BYTES,
        files: this.expected.fields.length,
        fields: MOST_FIELDS,
        parts: MOST_PARTS,
        fieldSize: MOST_FIELD_BYTES,
        fieldNameSize: MOST_NAME_LENGTH,
        headerPairs: 20,
      },
      defParamCharset: 'utf8',
      fileFilter: (_request, part, decide) => {
        const known = this.isFileName(part.fieldname) && !this.seenFiles.has(part.fieldname);
        this.seenFiles.add(part.fieldname);
        if (!known) this.giveUp(new Refusal('malformed-request'));
        // The parser goes on to the end of the packet it is in, and no file that begins after the end would ever be over.
        decide(null, !this.hasGivenUp);
      },
      streamHandler: (_request, parser) => this.feed(parser),
    };
    return new Promise((resolve, reject) => {
      this.reject = reject;
      const settle = (error?: unknown) => (error ? this.giveUp(error) : resolve());
      void multer(options).any()(this.request as Request, this.response as Response, settle);
    });
  }

  /**
   * multer tells of a fault only when the whole body has arrived, and makes nested objects of field names like `a[b]`. Here the
   * fault is told at once, and a name is a name.
   */
  private feed(parser: FormParser): void {
    this.parser = parser;
    parser.once('error', (error: unknown) => this.giveUp(error));
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.once(limit, () => this.giveUp(new Refusal('malformed-request')));
    }
    parser.removeAllListeners('field');
    parser.on('field', (name, value, { valueTruncated }) => this.takeField(name, value, valueTruncated));
    parser.on('file', (name, _content, { filename }) => this.takeNameless(name, filename));

    let bytes = 0;
    this.request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > this.mostBytes) this.giveUp(new Refusal('payload-too-large'));
    });
    this.request.pipe(parser);
  }

  private giveUp(error: unknown): void {
    this.hasGivenUp = true;
    this.reject(error);
    if (!this.parser) return;
    this.request.unpipe(this.parser);
    this.parser.destroy(error as Error);
  }

  private takeField(name: string | undefined, value: string | undefined, truncated: boolean): void {
    if (name === undefined || name.length > MOST_NAME_LENGTH) return this.giveUp(new Refusal('malformed-request'));
    if (truncated) return this.giveUp(new Refusal('payload-too-large'));
    if (this.isFileName(name)) return this.fault(name, 'wrong-type');
    if (!this.expected.textFields.includes(name)) return this.fault(name, 'unknown-field');
    if (value === undefined || name in this.fields) return this.fault(name, 'wrong-type');
    this.fields[name] = value;
  }

  /** A file part without a file name, which multer would drop without a word. */
  private takeNameless(name: string | undefined, filename: string | undefined): void {
    if (filename) return;
    if (name === undefined) return this.giveUp(new Refusal('malformed-request'));
    if (this.isFileName(name) || this.expected.textFields.includes(name)) return this.fault(name, 'wrong-type');
    this.giveUp(new Refusal('malformed-request'));
  }

  private fault(name: string, code: 'wrong-type' | 'unknown-field'): void {
    const pointer = `/${safeName(name)}`;
    if (!this.faults.some((known) => known.pointer === pointer && known.code === code)) this.faults.push({ pointer, code });
  }

  private isFileName(name: string): boolean {
    return this.expected.fields.some((field) => field.name === name);
  }
}

/** What busboy calls a charset nobody knows arrives as no value at all; a part without a name, as no name. */
interface FormParser extends Writable {
  on(event: 'field', listener: (name: string | undefined, value: string | undefined, info: { valueTruncated: boolean }) => void): this;
  on(event: 'file', listener: (name: string | undefined, content: Readable, info: { filename?: string }) => void): this;
  on(event: string, listener: (...values: never[]) => void): this;
}

/** multer's option of 2.5 that its type declarations do not know yet. */
type MulterOptions = multer.Options & { streamHandler: (request: Request, parser: FormParser) => void };

/** Every error of the parser means a broken form; its words may repeat the client's, so they go no further. */
function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || error instanceof ClientGone) return error;
  if (error instanceof MulterError) return new Refusal(error.code === 'LIMIT_FILE_SIZE' ? 'payload-too-large' : 'malformed-request');
  if (isOutage(error)) return Object.assign(new Refusal('service-unavailable', { retryAfter: 30 }), { cause: error });
  return isParserError(error) ? new Refusal('malformed-request') : error;
}

/** busboy throws plain errors without a code; everything else that is thrown has a name or a code of its own. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'Error' && !('code' in error);
}
