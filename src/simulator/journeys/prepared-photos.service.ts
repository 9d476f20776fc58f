import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { PHOTO_SLOTS, type PhotoSlot } from '../../photos/photo-slot.ts';
import { Spool, type SpooledFile } from '../../photos/spool.storage.ts';
import type { PhotoPersona } from '../photo-lab/persona.ts';
import { PhotoLab } from '../photo-lab/photo-lab.service.ts';

/** Pixels of the long side: whoever is named can be read, down to the code on the card; for the specimen it is the gate's time that counts. */
const LONG_SIDE = { named: 800, specimen: 480 };
const SEED = 'journey';
/** Of the second photo, when the first one came back. */
const OTHER_SEED = 'journey again';
const MOST_PEOPLE = 16;

type Jpegs = Readonly<Record<PhotoSlot, Buffer>>;

/**
 * The photos that journeys send: drawn once and kept. They go through spool, gate, cipher and store as everybody's do. Whoever is named
 * has an own face and papers; all others send those of one specimen, because drawing takes longer than a whole journey.
 */
@Injectable()
export class PreparedPhotos {
  private readonly kept = new Map<string, Promise<Jpegs>>();

  constructor(
    private readonly lab: PhotoLab,
    private readonly spool: Spool,
  ) {}

  /** The three photos as they arrive from a phone. Whoever takes them lets go of them: `discard`. */
  async arrive(persona: PhotoPersona | undefined): Promise<Map<PhotoSlot, SpooledFile>> {
    const jpegs = await this.of(persona, SEED);
    const files = await Promise.all(PHOTO_SLOTS.map(async (slot) => [slot, await this.spooled(slot, jpegs[slot])] as const));
    return new Map(files);
  }

  /** Another photo for one slot. */
  async another(slot: PhotoSlot, persona: PhotoPersona | undefined): Promise<SpooledFile> {
    return this.spooled(slot, (await this.of(persona, OTHER_SEED))[slot]);
  }

  private spooled(slot: PhotoSlot, jpeg: Buffer): Promise<SpooledFile> {
    return this.spool.receive(slot, Readable.from([jpeg]), jpeg.length);
  }

  private of(persona: PhotoPersona | undefined, seed: string): Promise<Jpegs> {
    const key = JSON.stringify([seed, persona]);
    const known = this.kept.get(key) ?? this.draw(persona, seed);
    this.kept.delete(key);
    this.kept.set(key, known);
    known.catch(() => this.kept.delete(key));
    if (this.kept.size > MOST_PEOPLE) this.kept.delete(this.kept.keys().next().value!);
    return known;
  }

  private async draw(persona: PhotoPersona | undefined, seed: string): Promise<Jpegs> {
    const longSide = persona ? LONG_SIDE.named : LONG_SIDE.specimen;
    const [portrait, idFront, idBack] = await Promise.all(PHOTO_SLOTS.map((slot) => this.lab.photo({ slot, seed, persona, longSide })));
    return { portrait: portrait!, idFront: idFront!, idBack: idBack! };
  }
}
