import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from './platform/env.ts';
import { log } from './platform/log.ts';
import { serve } from './serve.ts';
import { replay, ReplayFailed, type ReplayResult, type ReplayWish } from './simulator/runs/replay.ts';
import { BadRun, Run, titleOf } from './simulator/runs/run-reader.ts';

/**
 * `npm run replay -- FILE [--url http://…] [--key …] [--workspace name] [--json]` (`bhxh-intake replay FILE` outside this repository) plays a
 * recorded run, on a server of its own where neither `--url` nor `BHXH_INTAKE_URL` names one.
 * Exit status 0 the same again · 1 something differs · 2 it could not be played.
 */
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string' }, key: { type: 'string' }, workspace: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new ReplayFailed('Say which file: npm run replay -- FILE [--url http://…] [--key …] [--workspace name]');
  const run = await Run.ofFile(file);
  const { workspace, json } = values;
  const url = values.url ?? (process.env['BHXH_INTAKE_URL'] || undefined);
  const key = values.key ?? (process.env['SIMULATOR_KEY'] || undefined);
  const result = await (url === undefined ? onOwnServer(run, { workspace }) : replay(run, { url, key, workspace }));
  process.stdout.write(json ? `${JSON.stringify(summaryOf(run, result))}\n` : reportOf(run, result));
  process.exitCode = result.differing.length > 0 ? 1 : 0;
} catch (fault) {
  if (!(fault instanceof Error)) throw fault;
  process.stderr.write(
    `The run could not be replayed: ${fault instanceof BadRun || fault instanceof ReplayFailed ? fault.message : String(fault)}\n`,
  );
  process.exitCode = 2;
}

/** A server that is set as the one was that recorded the run, in a folder that goes with it. */
async function onOwnServer(run: Run, wish: Omit<ReplayWish, 'url'>): Promise<ReplayResult> {
  log.level = 'error';
  const dataDir = await mkdtemp(join(tmpdir(), 'bhxh-intake-replay-'));
  const { processProfile, registrySeed, rateLimitFactor, expiryDays, retentionDays } = run.head.server;
  try {
    const server = await serve(
      readEnvironment({
        PORT: '0',
        DATA_DIR: dataDir,
        PROCESS_PROFILE: processProfile,
        REGISTRY_SEED: String(registrySeed),
        RATE_LIMIT_FACTOR: String(rateLimitFactor),
        EXPIRY_DAYS: String(expiryDays),
        RETENTION_DAYS: String(retentionDays),
      }),
    );
    try {
      return await replay(run, { ...wish, url: server.url });
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function summaryOf(run: Run, { calls, differing, hash, repeatable, notes }: ReplayResult) {
  const told = differing.map(({ call, status, pointers }) => ({ call: titleOf(call), status, pointers }));
  return { calls, differing: told, hash, recordedHash: run.hash, repeatable, notes };
}

function reportOf(run: Run, { calls, differing, hash, repeatable, notes }: ReplayResult): string {
  const [first] = differing;
  return [
    `calls ${calls}, differing ${differing.length}, transcript hash ${hash}`,
    ...(repeatable ? [] : ['without a seed or on a running clock: only statuses and shapes were compared']),
    ...(repeatable && hash !== run.hash ? [`recorded with transcript hash ${run.hash}`] : []),
    ...notes.map((note) => `note: ${note}`),
    ...(first ? [`the first that differs is ${titleOf(first.call)}`, ...(first.status ? [`  status ${first.status}`] : [])] : []),
    ...(first?.pointers.map((pointer) => `  ${pointer}`) ?? []),
    '',
  ].join('\n');
}
