import { open, type FileHandle } from 'node:fs/promises';
import { describeError, log } from '../../platform/log.ts';
import type { HeardCall } from './heard-call.ts';
import type { RunEnd, RunHead, RunLine } from './run.types.ts';
import { hashOfCall, hashOfHead } from './transcript-hash.ts';

/**
 * A run that is being recorded: its calls go to the file in the order in which they arrived, each when it is over. The file holds only
 * what has happened in an invented world, and yet only its owner reads it (0600).
 */
export class RunFile {
  private readonly blobs = new Set<string>();
  /** Everything that is still to be written. */
  private tail: Promise<void> = Promise.resolve();
  private bytes = 0;
  private arrived = 0;
  private written = 0;
  private overlapping = 0;
  private underWay = 0;
  private timeRan: boolean;
  private hash: string;
  private ending: Promise<void> | undefined;

  private constructor(
    private readonly file: FileHandle,
    private readonly head: RunHead,
    private readonly mostBytes: number,
  ) {
    this.hash = hashOfHead(head);
    this.timeRan = !head.clock.frozen;
  }

  static async begin(path: string, head: RunHead, mostBytes: number): Promise<RunFile> {
    const run = new RunFile(await open(path, 'wx', 0o600), head, mostBytes);
    await run.write({ head, hash: run.hash });
    return run;
  }

  get isOver(): boolean {
    return this.ending !== undefined;
  }

  /** Takes a call in that has just begun. */
  take(heard: Promise<HeardCall>): void {
    const overlaps = this.underWay++ > 0;
    const number = ++this.arrived;
    void heard.then(
      () => this.underWay--,
      () => this.underWay--,
    );
    this.tail = Promise.all([heard, this.tail])
      .then(([call]) => this.add(number, call, overlaps))
      .catch(async (error: unknown) => {
        log.warn({ error: describeError(error) }, 'a run could not be recorded any further');
        await this.close('failed');
      });
  }

  /** Waits for the calls that are under way, and writes the last line. Once it is over, it is over. */
  async end(): Promise<void> {
    await this.tail;
    await this.close('ended');
  }

  private async add(number: number, { request, blobs, answer }: HeardCall, overlaps: boolean): Promise<void> {
    if (this.ending) return;
    for (const [blob, content] of blobs) {
      if (this.blobs.has(blob)) continue;
      this.blobs.add(blob);
      if (!(await this.write({ blob, base64: content.toString('base64') }))) return;
    }
    const call = { number, request, answer, ...(overlaps && { overlaps: true as const }) };
    const hash = hashOfCall(this.hash, call);
    if (!(await this.write({ call, hash }))) return;
    this.hash = hash;
    this.written++;
    if (overlaps) this.overlapping++;
    if (request.path.startsWith('/_sim/clock') && 'json' in answer.body && runsOn(answer.body.json)) this.timeRan = true;
  }

  /** @returns false when the line had no place any more, and then the run is over */
  private async write(line: RunLine): Promise<boolean> {
    const text = `${JSON.stringify(line)}\n`;
    this.bytes += Buffer.byteLength(text);
    if (this.bytes > this.mostBytes) {
      await this.close('full');
      return false;
    }
    await this.file.write(text);
    return true;
  }

  private close(because: RunEnd['because']): Promise<void> {
    return (this.ending ??= this.writeEnd(because));
  }

  private async writeEnd(because: RunEnd['because']): Promise<void> {
    const repeatable = this.head.workspace.seed !== null && !this.timeRan;
    const end: RunEnd = { calls: this.written, overlapping: this.overlapping, because, repeatable };
    try {
      await this.file.write(`${JSON.stringify({ end, hash: this.hash } satisfies RunLine)}\n`);
      await this.file.sync();
    } catch (error) {
      log.warn({ error: describeError(error) }, 'the end of a run could not be written');
    } finally {
      await this.file.close().catch(() => undefined);
    }
  }
}

/** Whether the desk answers that its clock is running. */
function runsOn(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'frozen' in answer && answer.frozen === false;
}
