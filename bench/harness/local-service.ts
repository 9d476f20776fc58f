import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { serviceProgram } from '../../src/platform/package-root.ts';
import { startEnvironment } from '../../test/support/start-command.ts';
import { MeasuredProcess } from './measured-process.ts';

const LISTENING = /^bhxh-intake \S+ · (http:\/\/\S+)/m;

/**
 * The built application as `npm start` runs it, with a PostgreSQL of its own in `dataDir` unless the environment names another.
 * @param of `flags` of node, such as `--cpu-prof`, and the name of its log
 */
export async function startService(
  dataDir: string,
  environment: NodeJS.ProcessEnv = {},
  { flags = [], log = 'service' }: { flags?: readonly string[]; log?: string } = {},
): Promise<MeasuredProcess> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return MeasuredProcess.start({
    flags,
    program: serviceProgram(),
    environment: { NODE_ENV: 'test', ...startEnvironment(), PORT: '0', DATA_DIR: dataDir, RATE_LIMIT_FACTOR: '1000000', ...environment },
    logFile: join(dataDir, `${log}.log`),
    listening: LISTENING,
  });
}
