import { AsyncLocalStorage } from 'node:async_hooks';
import { Server, type IncomingMessage, type ServerResponse } from 'node:http';
import { fuse } from './fuse.ts';
import { MARK } from './order.ts';

interface Mark {
  isOver: boolean;
}

const marks = new AsyncLocalStorage<Mark>();

/** Whether this runs because of the request under test, whose answer is not out yet. */
export function isUnderTest(): boolean {
  return marks.getStore()?.isOver === false;
}

/** Runs what a request only sets in motion, and does not wait for. */
export function besideTheRequest<T>(work: () => T): T {
  return marks.exit(work);
}

type Emit = (event: string, ...values: unknown[]) => boolean;

export function markRequests(): void {
  const server = Server.prototype as unknown as { emit: Emit };
  const { emit } = server;
  server.emit = function (event, ...values) {
    const [request, response] = values as [IncomingMessage, ServerResponse];
    if (event !== 'request' || request.headers[MARK] === undefined) return emit.call(this, event, ...values);
    const mark: Mark = { isOver: false };
    response.once('close', () => (mark.isOver = true));
    fuseAnswer(response);
    return marks.run(mark, () => emit.call(this, event, ...values));
  };
}

function fuseAnswer(response: ServerResponse): void {
  const end = response.end.bind(response) as (...values: unknown[]) => ServerResponse;
  response.end = ((...values: unknown[]) => {
    if (!fuse.isAbout('answer.before')) return end(...values);
    fuse.line('answer.before').then(
      () => end(...values),
      () => response.destroy(),
    );
    return response;
  }) as ServerResponse['end'];
}
