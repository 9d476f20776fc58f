import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { RUN_FORMAT, type BodyPiece, type RecordedCall, type RunEnd, type RunHead, type RunLine } from './run.types.ts';
import { hashOfCall, hashOfHead, sha256 } from './transcript-hash.ts';

/** A file that is not what a recording has written; says where. */
export class BadRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadRun';
  }
}

/** A run as its file tells it, every line held against its hash. */
export class Run {
  private constructor(
    readonly head: RunHead,
    readonly calls: readonly RecordedCall[],
    readonly end: RunEnd,
    /** Of the whole story. */
    readonly hash: string,
    private readonly blobs: ReadonlyMap<string, Buffer>,
  ) {}

  /** @throws BadRun */
  static ofFile(path: string): Promise<Run> {
    return Run.ofStream(createReadStream(path));
  }

  /** @throws BadRun */
  static ofText(text: string): Promise<Run> {
    return Run.ofStream(Readable.from([Buffer.from(text)]));
  }

  private static async ofStream(stream: Readable): Promise<Run> {
    const calls: RecordedCall[] = [];
    const blobs = new Map<string, Buffer>();
    let head: RunHead | undefined;
    let hash = '';
    let lineNumber = 0;
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      lineNumber++;
      const line = parsed(text, lineNumber);
      if ('head' in line) {
        if (line.head.format !== RUN_FORMAT) throw new BadRun('The file is of a format that this version does not read.');
        head = line.head;
        hash = hashOfHead(head);
        if (line.hash !== hash) throw new BadRun('The head was altered.');
      } else if (!head) {
        throw new BadRun('The file does not begin with a head: it is no recorded run.');
      } else if ('blob' in line) {
        const content = Buffer.from(line.base64, 'base64');
        if (sha256(content) !== line.blob) throw new BadRun(`Line ${lineNumber}: a blob was altered.`);
        blobs.set(line.blob, content);
      } else if ('call' in line) {
        hash = hashOfCall(hash, line.call);
        if (line.hash !== hash) throw new BadRun(`Line ${lineNumber}: ${titleOf(line.call)} was altered, or a call before it is missing.`);
        calls.push(line.call);
      } else {
        if (line.hash !== hash || line.end.calls !== calls.length)
          throw new BadRun(`Line ${lineNumber}: calls before the end are missing.`);
        return new Run(head, calls, line.end, hash, blobs);
      }
    }
    throw new BadRun('The file has no end: the recording goes on, or was interrupted.');
  }

  /** The bytes of a piece. @throws BadRun */
  bytesOf(piece: BodyPiece): Buffer {
    if (typeof piece === 'string') return Buffer.from(piece);
    const blob = this.blobs.get(piece.blob);
    if (!blob) throw new BadRun('A blob that a call refers to is missing.');
    return blob;
  }
}

/** `call 7: POST /v1/declarations`; without the query, which may name somebody. */
export function titleOf({ number, request }: RecordedCall): string {
  return `call ${number}: ${request.method} ${request.path.split('?')[0]}`;
}

function parsed(text: string, lineNumber: number): RunLine {
  try {
    const line = JSON.parse(text) as RunLine;
    if (typeof line === 'object' && line !== null && ['head', 'blob', 'call', 'end'].some((kind) => kind in line)) return line;
  } catch {
    // Told below.
  }
  throw new BadRun(`Line ${lineNumber} is no line of a recorded run.`);
}
