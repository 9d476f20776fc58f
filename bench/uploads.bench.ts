import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchLine } from './harness/bench-line.ts';
import { cameraPhoto, TWELVE_MEGAPIXELS } from './harness/camera-photo.ts';
import { Drafts } from './harness/drafts.ts';
import { LoadGenerator, type Met } from './harness/load.ts';
import type { Section } from './harness/section.ts';
import { Town } from './harness/town.ts';

const SIZES = {
  quick: { crowds: [10], bytes: 500_000, size: { width: 1600, height: 1200 } },
  whole: { crowds: [200, 500], bytes: 5_000_000, size: TWELVE_MEGAPIXELS },
};

/** Many photos at the same instant: the service may say that it is busy, and must not swell, stall or break. */
export const uploadsSection: Section = {
  name: 'uploads',
  title: 'photos of 5 MB that all come at once',
  run: ({ quick }) =>
    Town.with(async (town) => {
      const { crowds, bytes, size } = quick ? SIZES.quick : SIZES.whole;
      const service = await town.service();
      const drafts = await Drafts.in(town, service.url);
      const photo = join(town.directory, 'photo.jpg');
      await writeFile(photo, await cameraPhoto(size, bytes));
      const lines: BenchLine[] = [];
      const notes: Record<string, Omit<Met, 'latencies'>> = {};
      for (const crowd of crowds) {
        const from = await drafts.make(crowd + 1, 50);
        const generator = await LoadGenerator.with({ module: import.meta.resolve('./shots/upload.shots.js'), args: { photo, from } });
        try {
          // One before all others: the threads are there.
          await generator.fire({ urls: [service.url], clients: 1, requests: 1, from: 0 });
          await loopDelayMs(service.url);
          await service.mostMegabytes();
          const { latencies, ...met } = await generator.fire({ urls: [service.url], clients: crowd, requests: crowd, from: 1 });
          const { '200': taken = 0, '503': busy = 0 } = met.statuses;
          notes[crowd] = met;
          lines.push(
            { name: `${crowd} uploads, memory of the process at most`, value: await service.mostMegabytes(), unit: 'MB', limit: 512 },
            { name: '… event-loop delay, p99', value: await loopDelayMs(service.url), unit: 'ms', limit: 50 },
            { name: '… taken', value: taken, unit: '' },
            { name: '… told to come again', value: busy, unit: '' },
            { name: '… of them without saying when', value: met.without503Hint, unit: '', limit: 0 },
            { name: '… anything else', value: latencies.length - taken - busy, unit: '', limit: 0 },
            { name: '… until the last answer', value: met.seconds, unit: 's' },
          );
        } finally {
          await generator.stop();
        }
      }
      return { lines, notes };
    }),
};

/** Of the event loop, the 99th percentile since this was asked for the last time: what stands on it makes everybody wait. */
async function loopDelayMs(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]) * 1000;
}
