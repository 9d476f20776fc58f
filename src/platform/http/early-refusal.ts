import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasBody } from './request-body.ts';

const MOST_BYTES = 64 * 1024 * 1024;
const LONGEST_MS = 10_000;

const draining = new WeakSet<IncomingMessage>();

/**
 * For a refusal that is answered while the client is still sending. Closing the connection at once would reset it and take the
 * answer with it, so the rest is read and thrown away; a client that goes on for more than 64 MiB or ten seconds is cut off.
 */
export function drainAfterRefusal(request: IncomingMessage, response: ServerResponse): void {
  // A request that was destroyed has no socket any more, whatever its type says.
  const socket = request.socket as Socket | null;
  if (!hasBody(request) || request.complete || !socket || socket.destroyed || draining.has(request)) return;
  draining.add(request);
  // Node closes a connection that is not to be kept alive as soon as the answer is out: that has to wait for the body's end.
  const closesAfterwards = !response.shouldKeepAlive;
  response.shouldKeepAlive = true;
  const hangUp = () => socket.destroy();
  const patience = setTimeout(hangUp, LONGEST_MS).unref();
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) hangUp();
  });
  request.once('close', () => clearTimeout(patience));
  request.once('end', () => {
    if (!closesAfterwards) return;
    if (response.writableFinished) socket.destroySoon();
    else response.once('finish', () => socket.destroySoon());
  });
  request.resume();
}
