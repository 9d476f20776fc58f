import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Response } from 'supertest';
import { packageRoot } from '../../src/platform/package-root.ts';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: object }>; $ref?: string }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** The parts of an answer that a document speaks of; `body` is parsed where the content type is JSON. */
export type Answer = Pick<Response, 'status' | 'headers' | 'body'>;

/**
 * Holds an answer against the API document: route, status, content type and body must all be there as documented.
 * @throws Error that names what the document does not say
 */
export type Truth = (method: string, path: string, answer: Answer) => void;

/** @param document an OpenAPI 3.0 document as this service makes it */
export function truthOf(document: object): Truth {
  const { paths } = document as Document;
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (on: Ajv) => void)(ajv);
  ajv.addSchema({ $id: 'api', ...strict(document) });
  const templates = Object.keys(paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  const compiled = new Map<string, ValidateFunction>();

  function mustMatch(ref: string, body: unknown, where: string): void {
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: `api${ref}` });
    compiled.set(ref, validate);
    if (!validate(body)) throw new Error(`${where}: ${ajv.errorsText(validate.errors)}`);
  }

  return (method, path, answer) => {
    const type = (answer.headers['content-type'] ?? '').split(';')[0]!;
    const template = templates.find(({ template: known }) => known === path) ?? templates.find(({ pattern }) => pattern.test(path));
    const operation = template && operationOf(paths[template.template]!, method);
    const where = `${method} ${template?.template ?? path} → ${answer.status} ${type}`;
    // Documented, so that clients are prepared for it; but no test provokes one on purpose.
    if (answer.status === 500) throw new Error(`${where}: the fault is ours`);
    // An answer to HEAD shows its status and its headers only.
    if (type === 'application/problem+json' && method === 'HEAD') return;
    if (type === 'application/problem+json') return mustMatch('#/components/schemas/Problem', answer.body, where);
    if (!operation) throw new Error(`${where}: no such operation in the API document`);
    const documented = operation.responses[answer.status];
    if (!documented) throw new Error(`${where}: this status is not in the API document`);
    if (answer.status === 204 || answer.status === 304 || method === 'HEAD') return;
    if (!documented.content && type === '') return;
    const schema = documented.content?.[type]?.schema;
    if (!schema) throw new Error(`${where}: this content type is not in the API document`);
    if (type !== 'application/json') return;
    const pointer = ['paths', template.template, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema'];
    mustMatch(
      `#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`,
      answer.body,
      where,
    );
  };
}

/** HEAD is answered as GET is, unless it is an operation of its own. */
function operationOf(operations: Record<string, Operation>, method: string): Operation | undefined {
  return operations[method.toLowerCase()] ?? (method === 'HEAD' ? operations['get'] : undefined);
}

const shipped = truthOf(JSON.parse(readFileSync(join(packageRoot(), 'docs', 'openapi.json'), 'utf8')) as object);

/** Holds an answer against the document that is shipped. @throws Error that names what the document does not say */
export const mustBeDocumented: Truth = (method, path, answer) => {
  if (!['/openapi.json', '/docs'].some((known) => path.startsWith(known))) shipped(method, path, answer);
};

/** OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and an object says no more than it lists. */
function strict(node: unknown): object {
  return JSON.parse(
    JSON.stringify(node, (_name, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const schema = { ...value } as Record<string, unknown>;
      if (schema['type'] === 'object' && schema['properties'] && schema['additionalProperties'] === undefined)
        schema['additionalProperties'] = false;
      if (schema['nullable'] === true) {
        delete schema['nullable'];
        return { anyOf: [schema, { type: 'null' }] };
      }
      return schema;
    }),
  ) as object;
}
