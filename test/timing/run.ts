import { Agent, request } from 'node:http';
import { PERSONAS } from '../../src/registry/registry.personas.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';
import { PhotoAlbum } from '../crash/photo-album.ts';
import { Book } from '../fuzz/book.ts';
import { Service } from '../fuzz/service.ts';
import { Townsfolk } from '../fuzz/townsfolk.ts';
import { doorsOf, forgetAttempts, type Door, type Knock } from './doors.ts';
import type { TimingOptions } from './options.ts';
import { bandOf, isAlike, separationOf, type Separation } from './separation.ts';

/** So many pairs leave little to chance. */
const CERTAIN = 500;
/** Pairs that only wake caches up. */
const WARM_UP = 15;

/** @returns how many doors gave nothing away, and how many did */
export async function runTimingTest(
  { pairs, seed, door: wanted }: TimingOptions,
  dataDir: string,
  say: (line: string) => void,
): Promise<{ passed: number; failed: number }> {
  const trouble = new Book(dataDir);
  const service = await Service.start(dataDir, trouble);
  const interrupted = () => void service.abandon().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const band = bandOf(pairs);
  const score = { passed: 0, failed: 0 };
  try {
    const town = new Townsfolk(service.url, await PhotoAlbum.make(seed, 'small'), new Dice(seed));
    const registered = PERSONAS.find(({ key }) => key === 'huynh-thi-minh')!.person;
    const doors = (await doorsOf(town, registered)).filter(({ name }) => name.includes(wanted));
    say(`  ${'door'.padEnd(38)}    AUC  in pairs  median gap  (within 0.5 ± ${band.toFixed(3)})`);
    for (const door of doors) {
      const dice = new Dice(`${seed} ${door.name}`);
      const first = await measure(service, door, pairs, dice);
      const told = ({ auc, paired, medianGap }: Separation) =>
        `${door.name.padEnd(36)} ${auc.toFixed(3)}     ${paired.toFixed(3)}  ${medianGap.toFixed(3).padStart(7)} ms`;
      // Of ten doors chance alone leads one out of the band of few pairs once in some hundred runs: more pairs tell, and they alone.
      const isDecided = pairs >= CERTAIN || isAlike(first, band);
      if (!isDecided) say(`…    ${told(first)}; ${CERTAIN} pairs decide:`);
      const decisive = isDecided ? first : await measure(service, door, CERTAIN, dice);
      const passes = isAlike(decisive, isDecided ? band : bandOf(CERTAIN));
      score[passes ? 'passed' : 'failed']++;
      say(`${passes ? 'ok  ' : 'FAIL'} ${told(decisive)}`);
    }
    await service.stop();
  } finally {
    await service.abandon();
  }
  for (const line of trouble.violationLines()) {
    say(`FAIL ${line}`);
    score.failed++;
  }
  return score;
}

async function measure(service: Service, door: Door, pairs: number, dice: Dice) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const known: number[] = [];
  const unknown: number[] = [];
  await service.inDatabase(async (database) => {
    let isKnownFirst = false;
    for (let pair = -WARM_UP; pair < pairs; pair++) {
      await forgetAttempts(database);
      const knocks = [
        () => knock(service.url, agent, door.known(pair), door.status),
        () => knock(service.url, agent, door.unknown(pair), door.status),
      ] as const;
      // Who comes first pays for it, so of two pairs each is first in one.
      isKnownFirst = Math.abs(pair) % 2 === 1 ? !isKnownFirst : dice.next() < 0.5;
      const first = await knocks[isKnownFirst ? 0 : 1]();
      const second = await knocks[isKnownFirst ? 1 : 0]();
      if (pair < 0) continue;
      known.push(isKnownFirst ? first : second);
      unknown.push(isKnownFirst ? second : first);
    }
  });
  agent.destroy();
  return separationOf(known, unknown);
}

/** @returns milliseconds from the first byte sent to the last one read */
function knock(url: string, agent: Agent, { method, path, bearer, body }: Knock, status: number): Promise<number> {
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
    ...(content && { 'Content-Type': 'application/json', 'Content-Length': content.length }),
  };
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const sent = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response.on('data', () => undefined);
      response.on('end', () => {
        const nanoseconds = process.hrtime.bigint() - began;
        if (response.statusCode === status) resolve(Number(nanoseconds) / 1e6);
        else reject(new Error(`${method} ${path} answers ${response.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(content);
  });
}
