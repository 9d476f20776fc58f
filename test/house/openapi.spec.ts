import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/package-root.ts';
import { REFUSALS, STATUS_OF_KIND, type RefusalCode } from '../../src/platform/refusal-catalogue.ts';
import { mustBeDocumented, truthOf, type Answer } from '../support/openapi-truth.ts';
import { readJson, sources } from './sources.ts';

interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const document = readJson<Document>('docs/openapi.json');

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, ...operation })),
);

/** Everything in the document, at any depth, with its place. */
function* nodes(node: unknown, place = '#'): Generator<{ place: string; node: Record<string, unknown> }> {
  if (typeof node !== 'object' || node === null) return;
  yield { place, node: node as Record<string, unknown> };
  for (const [name, child] of Object.entries(node)) yield* nodes(child, `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

const all = [...nodes(document)];

describe('the API document', () => {
  it('has one class for each name: of two, one would silently stand for both', () => {
    const names = sources('src').flatMap(({ path, text }) =>
      /\.(dto|controller)\.ts$/.test(path) ? [...text.matchAll(/^(?:export )?class (\w+)/gm)] : [],
    );
    const taken = names.map(([, name]) => name!);
    expect(taken.filter((name, index) => taken.indexOf(name) !== index)).toEqual([]);
  });

  it('says what every operation does, in Vietnamese and in English', () => {
    expect(operations.length).toBeGreaterThan(60);
    expect(operations.filter(({ summary }) => !/^\S.* · \S.*$/.test(summary ?? '')).map(({ name }) => name)).toEqual([]);
    expect(operations.filter(({ tags }) => !tags?.length || tags.some((tag) => !tag.includes(' · '))).map(({ name }) => name)).toEqual([]);
  });

  it('says for every operation what success looks like, and the schema of every body', () => {
    expect(
      operations.filter(({ responses }) => !Object.keys(responses).some((status) => status.startsWith('2'))).map(({ name }) => name),
    ).toEqual([]);
    const bodies = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.entries(content ?? {}).map(([type, { schema }]) => ({ at: `${name} ${status} ${type}`, schema })),
      ),
    );
    expect(bodies.filter(({ schema }) => !schema || Object.keys(schema).length === 0).map(({ at }) => at)).toEqual([]);
  });

  it('says for every operation that a problem may come instead', () => {
    const problem = [{ $ref: '#/components/schemas/Problem' }];
    expect(
      operations.filter(
        ({ responses }) =>
          JSON.stringify(Object.values(responses['default']?.content ?? {}).map(({ schema }) => schema)) !== JSON.stringify(problem),
      ),
    ).toEqual([]);
  });

  it('gives every operation a name of its own', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  it('knows every parameter of every path', () => {
    const unknown = operations.filter(({ path, parameters = [] }) => {
      const named = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      return (
        [...path.matchAll(/\{([^}]+)\}/g)]
          .map(([, name]) => name!)
          .sort()
          .join() !== named.sort().join()
      );
    });
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  it('points nowhere but to what is there, and holds no schema that nobody points to', () => {
    const targets = all.flatMap(({ node: { $ref } }) => (typeof $ref === 'string' ? [$ref] : []));
    const places = new Set(all.map(({ place }) => place));
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((target) => !places.has(target))).toEqual([]);
    expect(Object.keys(document.components.schemas).filter((name) => !targets.includes(`#/components/schemas/${name}`))).toEqual([]);
  });

  it('shows only problems that exist, each under its own status', () => {
    const shown = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.entries(content?.['application/problem+json']?.examples ?? {}).map(([code, { value }]) => ({ name, status, code, value })),
      ),
    );
    expect(shown.length).toBeGreaterThan(100);
    const wrong = shown.filter(({ status, code, value }) => {
      const kind = REFUSALS[code as RefusalCode]?.kind;
      const expected = { code, type: `/problems/${code}`, status: Number(status) };
      return (
        STATUS_OF_KIND[kind] !== Number(status) ||
        Object.entries(expected).some(([member, is]) => (value as Record<string, unknown>)[member] !== is)
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('the typed client', () => {
  it('has the types of the document that is shipped: npm run postopenapi', () => {
    const [, ...words] = readJson<{ scripts: Record<string, string> }>('package.json').scripts['postopenapi']!.split(' ');
    const program = join(packageRoot(), 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
    const { status, stderr } = spawnSync(process.execPath, [program, ...words, '--check'], { cwd: packageRoot(), encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });
});

describe('the check of answers against the document', () => {
  const answer = (status: number, body: unknown, type = 'application/json'): Answer => ({
    status,
    body,
    headers: { 'content-type': `${type}; charset=utf-8` },
  });
  const thing = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, note: { type: 'string', nullable: true } } };
  const truth = truthOf({
    openapi: '3.0.3',
    paths: {
      '/things/{id}': {
        get: { responses: { 200: { description: '', content: { 'application/json': { schema: thing } } }, 204: { description: '' } } },
      },
    },
    components: { schemas: { Problem: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } } } },
  });

  it.each([
    ['as documented', answer(200, { name: 'one' })],
    ['with null where null may stand', answer(200, { name: 'one', note: null })],
    ['without a body', answer(204, {}, '')],
    ['with a problem', answer(422, { code: 'validation-failed' }, 'application/problem+json')],
  ])('accepts an answer %s', (_how, given) => {
    expect(() => truth('GET', '/things/7', given)).not.toThrow();
  });

  it.each([
    ['a member is missing', answer(200, {}), 'required property'],
    ['a member is of another type', answer(200, { name: 7 }), 'must be string'],
    ['a member is null that may not be', answer(200, { name: null }), 'must be string'],
    ['a member is not in the document', answer(200, { name: 'one', secret: 1 }), 'additional properties'],
    ['the status is not in the document', answer(201, { name: 'one' }), 'this status'],
    ['the content type is not in the document', answer(200, 'one', 'text/plain'), 'this content type'],
    ['a problem has no code', answer(422, {}, 'application/problem+json'), 'required property'],
    ['the fault is ours', answer(500, { code: 'internal-error' }, 'application/problem+json'), 'the fault is ours'],
  ])('throws when %s', (_what, given, message) => {
    expect(() => truth('GET', '/things/7', given)).toThrow(message);
  });

  it('throws for a route and a method that are not in the document', () => {
    expect(() => truth('GET', '/things', answer(200, { name: 'one' }))).toThrow('no such operation');
    expect(() => truth('POST', '/things/7', answer(200, { name: 'one' }))).toThrow('no such operation');
  });

  it('reads the document that is shipped', () => {
    expect(() =>
      mustBeDocumented('GET', '/v1/places/provinces', answer(200, [{ code: '01', name: 'Hà Nội', fullName: 'Thành phố Hà Nội' }])),
    ).not.toThrow();
    expect(() => mustBeDocumented('GET', '/v1/places/provinces', answer(200, [{ code: 1 }]))).toThrow('must');
    expect(() => mustBeDocumented('GET', '/v1/nothing', answer(200, []))).toThrow('no such operation');
  });
});
