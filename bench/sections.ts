import { approvalSection } from './approval.bench.ts';
import { copiesSection } from './copies.bench.ts';
import { capacitySection } from './capacity.bench.ts';
import { deskBench } from './desk.bench.ts';
import { exportBench } from './export.bench.ts';
import { growthSection } from './growth.bench.ts';
import type { BenchLine } from './harness/bench-line.ts';
import type { Section, Wish } from './harness/section.ts';
import { officesSection } from './offices.bench.ts';
import { oneShotSection } from './one-shot.bench.ts';
import { outboxSection } from './outbox.bench.ts';
import { peerSection } from './peers/peer.bench.ts';
import { photoBench } from './photos.bench.ts';
import { qrBench } from './qr.bench.ts';
import { queuesSection } from './queues.bench.ts';
import { referenceBench } from './reference.bench.ts';
import { readsSection } from './reads.bench.ts';
import { serviceBench } from './service.bench.ts';
import { submitSection } from './submit.bench.ts';
import { uploadsSection } from './uploads.bench.ts';
import { workspacesBench } from './workspaces.bench.ts';

/** In the order in which they run. */
export const SECTIONS: readonly Section[] = [
  submitSection,
  oneShotSection,
  readsSection,
  officesSection,
  copiesSection,
  approvalSection,
  uploadsSection,
  outboxSection,
  alone('photos', 'the photo gate on large photos', photoBench),
  alone('qr', 'cards read by their text and by photos', qrBench),
  queuesSection,
  growthSection,
  capacitySection,
  alone('reference', 'offices and places from memory', referenceBench),
  alone('service', 'how soon the service listens, and what its answers give away by their time', serviceBench),
  alone('desk', 'the simulator’s journeys', deskBench),
  alone('export', 'the export of an office with very many dossiers', exportBench),
  peerSection,
  alone('workspaces', 'many workspaces on one service', workspacesBench),
];

/** A section that holds what it measures against limits of its own, and not against a baseline. */
function alone(name: string, title: string, measure: (wish: Wish) => Promise<BenchLine[]>): Section {
  return { name, title, run: async (wish) => ({ lines: await measure(wish) }) };
}
