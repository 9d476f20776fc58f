import { HttpLine, type Shot } from './http-line.ts';
import type { Ammunition, Load, Met } from './load.ts';

const MOST_SAMPLE = 600;

let shotOf: (serial: number) => Shot;
let lines: { url: string; open: HttpLine[] } = { url: '', open: [] };

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

async function fire({ url, clients, seconds = Infinity, requests = Infinity, from }: Load): Promise<Met> {
  if (lines.url !== url || lines.open.length !== clients) {
    for (const line of lines.open) line.close();
    lines = { url, open: Array.from({ length: clients }, () => new HttpLine(new URL(url))) };
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
      const asked = performance.now();
      let status: string;
      try {
        const answer = await line.ask(shot);
        status = String(answer.status);
        if (answer.status === 503 && !/\r\nretry-after: \d/i.test(answer.headers)) without503Hint++;
        if (answer.status >= 300) samples[status] ??= answer.body.toString('utf8', 0, MOST_SAMPLE);
      } catch (error) {
        status = 'broken';
        samples[status] ??= String(error);
      }
      latencies.push(performance.now() - asked);
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
