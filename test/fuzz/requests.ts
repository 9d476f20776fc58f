import { gzipSync } from 'node:zlib';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { NOWHERE, type Operation, type Schema } from './api-description.ts';
import { canaryOf } from './canary.ts';
import type { Cast } from './cast.ts';
import { fieldPart, filePart, woundedForm, type Part } from './forms.ts';
import { woundAuthorization, woundHeaders, woundMethod, woundVersion } from './header-wounds.ts';
import { broken, woundedJson } from './json-wounds.ts';
import { happens, weighted } from './luck.ts';
import type { Pictures } from './pictures.ts';
import { freshFacts, type Samples } from './samples.ts';
import { setHeader, type Framing, type Sketch } from './sketch.ts';
import { escaped, pathOf, strayPath, woundPath, woundQuery } from './target-wounds.ts';
import { hostileValue } from './values.ts';
import { wireOf, type Wire } from './wire.ts';

/** One request, ready to be sent. */
export interface FuzzRequest {
  readonly serial: number;
  readonly canary: string;
  readonly operation: Operation;
  readonly method: string;
  readonly sketch: Sketch;
  readonly wire: Wire;
  /** How long it asks the service to wait. */
  readonly waitMs: number;
}

type Facts = Readonly<Record<string, unknown>>;

interface Making {
  readonly serial: number;
  readonly operation: Operation;
  readonly facts: Facts;
  readonly dice: Dice;
  readonly canary: string;
}

const FORM = 'multipart/form-data';
/** What `/_sim/await` waits when it is not told. */
const DEFAULT_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 60;

/** Makes requests: a good one first, then so many wounds. The same serial makes the same request, but for ids and tokens. */
export class Requests {
  constructor(
    private readonly seed: string,
    private readonly samples: Samples,
    private readonly pictures: Pictures,
  ) {}

  async make(serial: number, operation: Operation, cast: Cast): Promise<FuzzRequest> {
    const dice = new Dice(`${this.seed} request ${serial}`);
    const canary = canaryOf(serial);
    const subject = await cast.subjectFor(operation, dice);
    const facts = { ...freshFacts(dice, canary, operation.template), ...subject.facts };
    const sketch = goodSketch(operation, facts, subject.bearer, dice);
    const wounds = new Wounds(dice, operation);
    this.giveBody(sketch, { serial, operation, facts, dice, canary }, wounds.body);
    for (let wound = 0; wound < wounds.path; wound++) woundPath(sketch, operation, facts, dice, canary);
    for (let wound = 0; wound < wounds.query; wound++) woundQuery(sketch, operation, dice, canary);
    for (let wound = 0; wound < wounds.headers; wound++) woundHeaders(sketch, dice, canary);
    if (wounds.method > 0) woundMethod(sketch, dice);
    if (wounds.authorization > 0) woundAuthorization(sketch, await cast.strangersToken(dice), dice, canary);
    if (wounds.version > 0) woundVersion(sketch, dice);
    if (wounds.framing > 0) sketch.framing = weighted(dice, FRAMINGS);
    if (operation === NOWHERE) sketch.path = strayPath(dice, canary);
    return { serial, canary, operation, method: sketch.method, sketch, wire: wireOf(sketch, dice), waitMs: waitOf(sketch) };
  }

  private giveBody(sketch: Sketch, making: Making, wounds: number): void {
    const { operation, facts, dice, canary } = making;
    if (operation.bodies.length === 0) {
      // A body where none is expected.
      if (wounds > 0) giveJson(sketch, woundedJson(hostileValue(dice, canary), 0, dice, canary), 'application/json');
      return;
    }
    const { mediaType, schema } = dice.pick(operation.bodies);
    if (mediaType === FORM) {
      const form = woundedForm(this.parts(this.samples.resolved(schema), making, wounds > 0 ? 0.2 : 0.02), wounds, dice, canary);
      setHeader(sketch, 'Content-Type', form.contentType);
      sketch.body = wounds > 0 && happens(dice, 0.15) ? broken(form.body, dice) : form.body;
    } else {
      const value = this.samples.of(schema, '', facts, dice, canary);
      giveJson(sketch, woundedJson(value, wounds, dice, canary), mediaType);
      if (wounds > 0 && happens(dice, 0.2)) sketch.body = broken(sketch.body!, dice);
      if (wounds > 0 && happens(dice, 0.03)) pack(sketch, dice);
    }
    if (sketch.body && happens(dice, 0.1)) sketch.framing = 'chunked';
  }

  private parts(schema: Schema, { serial, facts, dice, canary }: Making, oddPictures: number): Part[] {
    return Object.entries(this.samples.object(schema, facts, dice, canary)).map(([name, value]) => {
      if (schema.properties?.[name]?.format !== 'binary') return fieldPart(name, String(value));
      const good = this.pictures.good(name, serial, dice);
      return filePart(name, happens(dice, oddPictures) ? this.pictures.odd(good, dice) : good);
    });
  }
}

/** How often each part of a request is spoiled: three in ten requests are good as they are. */
class Wounds {
  path = 0;
  query = 0;
  headers = 0;
  method = 0;
  authorization = 0;
  version = 0;
  framing = 0;
  body = 0;

  constructor(dice: Dice, operation: Operation) {
    const hasBody = operation.bodies.length > 0;
    const hasQuery = operation.parameters.some((parameter) => parameter.in === 'query');
    const places = [
      [hasBody ? 50 : 3, 'body'],
      [operation.template.includes('{') ? 18 : 7, 'path'],
      [hasQuery ? 40 : 6, 'query'],
      [18, 'headers'],
      [4, 'method'],
      [operation.bearer === undefined ? 1 : 7, 'authorization'],
      [1, 'version'],
      [hasBody ? 5 : 1, 'framing'],
    ] as const;
    for (let left = dice.pick([0, 0, 0, 1, 1, 1, 1, 2, 2, 4]); left > 0; left--) this[weighted(dice, places)]++;
  }
}

const FRAMINGS: readonly (readonly [number, Framing])[] = [
  [4, 'chunked'],
  [2, 'both'],
  [2, 'too-short'],
  [3, 'too-long'],
  [2, 'broken-chunks'],
  [1, 'absurd-length'],
  [4, 'abandoned'],
];

function goodSketch(operation: Operation, facts: Facts, bearer: string | undefined, dice: Dice): Sketch {
  const given = (place: 'query' | 'header') =>
    operation.parameters
      .filter((parameter) => parameter.in === place && (parameter.required || happens(dice, 0.5)) && facts[parameter.name] !== undefined)
      .map(
        ({ name, schema }) =>
          [name, String(schema?.enum && !schema.enum.includes(facts[name]) ? dice.pick(schema.enum) : facts[name])] as [string, string],
      );
  const query = given('query').map(([name, value]) => `${name}=${escaped(value)}`);
  return {
    method: operation.method,
    path: pathOf(operation.template, facts),
    query: query.length > 0 ? query.join('&') : undefined,
    version: 'HTTP/1.1',
    headers: [
      ['Host', 'localhost'],
      ...given('header'),
      ...(bearer === undefined ? [] : [['Authorization', `Bearer ${bearer}`] as [string, string]]),
      ...(happens(dice, 0.3) ? [['Accept-Language', 'en'] as [string, string]] : []),
    ],
    oddLines: [],
    body: undefined,
    framing: 'length',
    isPlain: operation !== NOWHERE,
  };
}

function giveJson(sketch: Sketch, text: string, type: string): void {
  sketch.body = Buffer.from(text);
  setHeader(sketch, 'Content-Type', type);
}

function pack(sketch: Sketch, dice: Dice): void {
  const body = happens(dice, 0.3) ? Buffer.alloc(20_000_000, 0x20) : sketch.body!;
  sketch.body = gzipSync(body);
  setHeader(sketch, 'Content-Encoding', 'gzip');
}

/** Whoever asks to wait is not kept waiting. */
function waitOf({ path, query }: Sketch): number {
  if (!path.includes('/_sim/await')) return 0;
  const asked = new URLSearchParams(query).get('timeout');
  const seconds = asked === null || Number.isNaN(Number(asked)) ? DEFAULT_WAIT_SECONDS : Number(asked);
  return 1_000 * Math.min(Math.max(seconds, 0), LONGEST_WAIT_SECONDS);
}
