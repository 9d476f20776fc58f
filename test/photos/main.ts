import { parseArgs } from 'node:util';
import { PhotoGate } from '../../src/photos/photo-gate.ts';
import { classified, sayLabel } from './classify.ts';
import { wholeSet } from './labelled-set.ts';
import { faultsOf, phoneSet } from './phone-set.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Counts of what was meant and what was said. */
class Confusion {
  private readonly counts = new Map<string, number>();
  passed = 0;
  failed = 0;

  add(meant: string, said: string): void {
    const pair = `${meant}\n${said}`;
    this.counts.set(pair, (this.counts.get(pair) ?? 0) + 1);
    if (meant === said) this.passed++;
    else this.failed++;
  }

  print(): void {
    say(`${'meant'.padEnd(34)}${'said'.padEnd(34)}photos`);
    for (const [pair, count] of [...this.counts].sort(([a], [b]) => a.localeCompare(b))) {
      const [meant, said] = pair.split('\n') as [string, string];
      say(`${meant.padEnd(34)}${said.padEnd(34)}${String(count).padStart(6)}${meant === said ? '' : '  ← wrong'}`);
    }
  }
}

const { every } = parseArgs({ options: { every: { type: 'string', default: '1' } } }).values;
const step = Number(every);
if (!Number.isInteger(step) || step < 1) throw new Error('--every: expected a whole number, 1 or more');

say('photos · no seed: the sets are drawn from seeds of their own, the same every time');
const gate = new PhotoGate();
const confusion = new Confusion();

for (const photo of sampled(wholeSet())) {
  const [meant, said] = [sayLabel(photo.label), sayLabel(await classified(gate, photo))];
  confusion.add(meant, said);
  if (meant !== said) say(`${photo.slot}, ${photo.defect}: meant ${meant}, said ${said}`);
}
for (const photo of sampled(phoneSet())) {
  const faults = await faultsOf(gate, photo);
  confusion.add('a phone’s good photo: accepted', faults.length === 0 ? 'a phone’s good photo: accepted' : faults.join(', '));
  if (faults.length > 0) say(`${photo.slot}, ${photo.kind}, orientation ${photo.orientation}: ${faults.join(', ')}`);
}
confusion.print();
say(`${confusion.passed} passed, ${confusion.failed} failed · ${confusion.failed} violations`);
await gate.onApplicationShutdown();
process.exitCode = confusion.failed === 0 ? 0 : 1;

/** One of so many; none is drawn that is left out. */
function sampled<Photo>(photos: Iterable<Photo>): Photo[] {
  return [...photos].filter((_, at) => at % step === 0);
}
