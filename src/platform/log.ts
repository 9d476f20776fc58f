import { pino, type Logger } from 'pino';
import type { LoggerService } from '@nestjs/common';

/** One JSON line per event on standard output. Holds no personal data: callers name ids, codes and counts, never values. */
export const log: Logger = pino({
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});

/** What may be logged of an error: its kind, codes and the code's own lines. Messages of the database may hold values, so they stay out. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  const fromDatabase = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  return {
    kind: error.name,
    code,
    constraint,
    table,
    message: fromDatabase || error.name === 'QueryFailedError' ? undefined : error.message,
    stack: error.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')),
    cause: error.cause === undefined ? undefined : describeError(error.cause),
  };
}

/** Nest's own words through the same log: warnings and errors only, its start-up chatter stays out. */
export class NestLog implements LoggerService {
  log(): void {}
  debug(): void {}
  verbose(): void {}
  warn(message: unknown, context?: string): void {
    log.warn({ context }, String(message));
  }
  error(message: unknown, ...more: unknown[]): void {
    log.error(
      { context: more.at(-1), error: message instanceof Error ? describeError(message) : undefined },
      message instanceof Error ? message.name : String(message),
    );
  }
  fatal(message: unknown): void {
    log.fatal(String(message));
  }
}
