import { startOwnServer } from '../../src/demo/own-server.ts';
import { smallPhotos } from '../support/small-photos.ts';
import { runModel } from './model-run.ts';
import { OfficeDay } from './office-day.ts';
import { BadOptions, readOptions, USAGE } from './options.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** `npm run test:model`: exit status 0 the service is as the model · 1 it is not · 2 that could not be found out. */
try {
  const options = readOptions(process.argv.slice(2));
  say(`model test · seed ${options.seed} · ${options.runs} runs of two clerks, a citizen and the clock`);
  const server = startOwnServer(process.env);
  try {
    const report = await runModel(new OfficeDay(await server.url, await smallPhotos()), options, say);
    for (const { run, fault, story } of report.violations) say(`\nrun ${run}: ${fault}\n  ${story.join('\n  ')}`);
    say(`answers ${JSON.stringify(report.answers)} · endings ${JSON.stringify(report.endings)}`);
    say(
      `seed ${options.seed} · ${report.runs} runs · ${report.actions} actions, ${report.raced} of them in races · ${report.violations.length} violations`,
    );
    process.exitCode = report.violations.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
} catch (error) {
  if (error instanceof BadOptions) process.stderr.write(`${error.message}\n${USAGE}\n`);
  else process.stderr.write(`the model test broke off: ${(error as Error).stack}\n`);
  process.exitCode = 2;
}
