import { createHash } from 'node:crypto';
import { boundaryOf } from './body-pieces.ts';
import type { RecordedCall, RunHead } from './run.types.ts';

/** JSON with the members of every object in the order of their names. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}

export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Where the chain begins: with the world in which the story is told; not with when, by which version, or under which name. */
export function hashOfHead({ format, workspace, server, clock }: RunHead): string {
  return sha256(canonicalJson({ format, workspace, server, clock }));
}

/** The next link: a multipart body counts without its boundary, which every client makes up anew. */
export function hashOfCall(before: string, { number, request, answer }: RecordedCall): string {
  return sha256(canonicalJson({ before, number, request: withoutBoundary(request), answer }));
}

function withoutBoundary(request: RecordedCall['request']): object {
  const type = request.headers['content-type'] ?? '';
  const boundary = boundaryOf(type);
  if (boundary === undefined) return request;
  return {
    ...request,
    headers: { ...request.headers, 'content-type': type.replace(boundary, '') },
    body: request.body.map((piece) => (typeof piece === 'string' ? piece.replaceAll(`--${boundary}`, '--') : piece)),
  };
}
