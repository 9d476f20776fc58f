#!/usr/bin/env node
import { banner } from './banner.ts';
import { EmbeddedPostgresError } from './platform/database/embedded-error.ts';
import { UnfitDatabase } from './platform/database/own-server.ts';
import { BadEnvironment, readEnvironment } from './platform/env.ts';
import { letHeapGrow } from './platform/heap-growth.ts';
import { describeError, log } from './platform/log.ts';
import { serve, type Running } from './serve.ts';

/** What says by itself, to a person, why there is no start. */
const IN_ONE_SENTENCE = [BadEnvironment, EmbeddedPostgresError, UnfitDatabase];

letHeapGrow();
try {
  const environment = readEnvironment();
  log.level = environment.logLevel;
  const running = await serve(environment);
  stopOnSignals(running);
  process.stdout.write(banner(running.url, environment));
} catch (error) {
  if (IN_ONE_SENTENCE.some((kind) => error instanceof kind)) process.stderr.write(`${(error as Error).message}\n`);
  else {
    log.fatal({ error: describeError(error) }, 'could not start');
    process.stderr.write(`bhxh-intake could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  process.exit(1);
}

/** The first signal drains and stops; a second one does not wait. */
function stopOnSignals(running: Running): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: describeError(error) }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
