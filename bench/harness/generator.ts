import { setTimeout as pause } from 'node:timers/promises';
import { HttpLine, type Answer, type Shot } from './http-line.ts';
import type { Ammunition, Load, Met } from './load.ts';

const MOST_SAMPLE = 600;
/** How often one that insists comes again. */
const MOST_RETURNS = 5;

let shotOf: (serial: number) => Shot;
let lines: { to: string; open: HttpLine[] } = { to: '', open: [] };

process.on('message', (message: { ammunition?: Ammunition; load?: Load }) => {
  const answer = message.ammunition ? arm(message.ammunition) : fire(message.load!);
  answer.then(
    (done) => process.send!(done),
    (error: unknown) => process.send!({ error: String((error as Error).stack) }),
  );
});
process.on('disconnect', () => process.exit(0));

async function arm({ module, args }: Ammunition): Promise<object> {
  const { shots } = (await import(module)) as { shots: (args: unknown) => typeof shotOf | Promise<typeof shotOf> };
  shotOf = await shots(args);
  return {};
}

async function fire({ urls, clients, seconds = Infinity, requests = Infinity, from, insists = false }: Load): Promise<Met> {
  if (lines.to !== urls.join() || lines.open.length !== clients) {
    for (const line of lines.open) line.close();
    const lineTo = (_: unknown, place: number) => new HttpLine(new URL(urls[place % urls.length]!));
    lines = { to: urls.join(), open: Array.from({ length: clients }, lineTo) };
  }
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const samples: Record<string, string> = {};
  let without503Hint = 0;
  let next = from;
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const client = async (line: HttpLine) => {
    while (next - from < requests && performance.now() < until) {
      const shot = shotOf(next++);
      const since = performance.now();
      let status: string;
      try {
        const answer = await asked(line, shot, insists ? MOST_RETURNS : 0);
        status = String(answer.status);
        if (answer.status === 503 && secondsToWait(answer) === undefined) without503Hint++;
        if (answer.status >= 300) samples[status] ??= answer.body.toString('utf8', 0, MOST_SAMPLE);
      } catch (error) {
        status = 'broken';
        samples[status] ??= String(error);
      }
      latencies.push(performance.now() - since);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(lines.open.map(client));
  const { user, system } = process.cpuUsage(cpu);
  const taken = (performance.now() - begun) / 1000;
  return {
    ...{ requests: latencies.length, seconds: taken, latencies, statuses, samples, without503Hint, next },
    generatorCpuMs: (user + system) / 1000,
  };
}

async function asked(line: HttpLine, shot: Shot, returns: number): Promise<Answer> {
  for (; ; returns--) {
    try {
      const answer = await line.ask(shot);
      const seconds = answer.status === 503 ? secondsToWait(answer) : undefined;
      if (seconds === undefined || returns <= 0) return answer;
      await pause(seconds * 1000);
    } catch (error) {
      if (returns <= 0) throw error;
    }
  }
}

function secondsToWait({ headers }: Answer): number | undefined {
  const seconds = /\r\nretry-after: (\d+)/i.exec(headers)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
