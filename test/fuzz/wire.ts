import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { happens } from './luck.ts';
import type { Sketch } from './sketch.ts';

/** A request as it goes over the wire. */
export interface Wire {
  /** Sent one after the other, so that the service reads them apart. */
  readonly pieces: readonly Buffer[];
  /**
   * What the client does when all is sent: waits for the answer and keeps the connection; waits for it and then closes, because what
   * else comes is not known; says that no more will come, in the middle; or leaves.
   */
  readonly then: 'keeps' | 'closes' | 'ends' | 'leaves';
}

const MOST_PIECES = 4;

export function wireOf(sketch: Sketch, dice: Dice): Wire {
  const { head, body } = framed(sketch, dice);
  const whole = Buffer.concat([Buffer.from(head, 'latin1'), body]);
  switch (sketch.framing) {
    case 'abandoned':
      return { pieces: [whole.subarray(0, dice.whole(1, whole.length))], then: 'leaves' };
    case 'too-long':
    case 'absurd-length':
      return { pieces: [whole], then: 'ends' };
    case 'length':
    case 'chunked':
      return { pieces: inPieces(whole, dice), then: sketch.oddLines.length > 0 || sketch.version !== 'HTTP/1.1' ? 'closes' : 'keeps' };
    case 'both':
    case 'too-short':
    case 'broken-chunks':
      return { pieces: [whole], then: 'closes' };
  }
}

function framed({ method, path, query, version, headers, oddLines, body, framing }: Sketch, dice: Dice): { head: string; body: Buffer } {
  const target = query === undefined ? path : `${path}?${query}`;
  const length = body?.length ?? 0;
  const lengths: Record<Sketch['framing'], string[]> = {
    length: body === undefined ? [] : [`Content-Length: ${length}`],
    chunked: ['Transfer-Encoding: chunked'],
    both: dice.pick([
      ['Transfer-Encoding: chunked', `Content-Length: ${length}`],
      [`Content-Length: ${length}`, 'Transfer-Encoding: chunked'],
      ['Content-Length: 0', `Content-Length: ${length}`],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ]),
    'too-short': [`Content-Length: ${Math.floor(length / 2)}`],
    'too-long': [`Content-Length: ${length + dice.pick([1, 100, 50_000])}`],
    'broken-chunks': ['Transfer-Encoding: chunked'],
    'absurd-length': [`Content-Length: ${dice.pick(['100000000', '4294967296', '9007199254740993'])}`],
    abandoned: [`Content-Length: ${length}`],
  };
  const lines = [...headers.map(([name, value]) => `${name}: ${value}`), ...oddLines, ...lengths[framing]];
  const isChunked = framing === 'chunked' || framing === 'both' || framing === 'broken-chunks';
  const content = isChunked ? chunked(body ?? Buffer.alloc(0), dice) : (body ?? Buffer.alloc(0));
  return {
    head: `${method} ${target} ${version}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`,
    body: framing === 'broken-chunks' ? withBrokenChunk(content, dice) : content,
  };
}

function chunked(body: Buffer, dice: Dice): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const chunk = body.subarray(at, at + Math.max(dice.whole(1, 4_000), Math.ceil(body.length / 20)));
    chunks.push(Buffer.from(`${chunk.length.toString(16)}${happens(dice, 0.05) ? ';name=value' : ''}\r\n`), chunk, Buffer.from('\r\n'));
    at += chunk.length;
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

function withBrokenChunk(content: Buffer, dice: Dice): Buffer {
  const odd = dice.pick([
    'zz\r\n',
    '-1\r\n',
    'ffffffffffffffffff\r\n',
    '5\r\nab',
    '\r\n\r\n',
    `1;${'x'.repeat(20_000)}\r\n`,
    '0x1\r\na\r\n',
  ]);
  return Buffer.concat([Buffer.from(odd, 'latin1'), content]);
}

function inPieces(whole: Buffer, dice: Dice): Buffer[] {
  if (!happens(dice, 0.1)) return [whole];
  const cuts = Array.from({ length: dice.whole(1, MOST_PIECES - 1) }, () => dice.whole(1, whole.length - 1)).sort(
    (one, other) => one - other,
  );
  return [0, ...cuts].map((start, index) => whole.subarray(start, cuts[index] ?? whole.length));
}
