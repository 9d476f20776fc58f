import type { Place } from '../places/places.loader.ts';
import { nameKeys, unitOf, type WrittenPlace } from './place-writing.ts';

/** A place that may be meant. */
export interface PlaceMatch<P extends Place = Place> {
  readonly place: P;
  /** False where the writing speaks against it: another unit word, other diacritics. */
  readonly sure: boolean;
}

interface Known<P> {
  readonly place: P;
  readonly unit: string;
}

/** The names of places side by side: those of one province's districts, or of one district's wards. */
export class PlaceNames<P extends Place = Place> {
  private readonly bySpelling = new Map<string, Known<P>[]>();
  private readonly byLooseName = new Map<string, Known<P>[]>();

  /** @param further names beside the official one, by code */
  constructor(places: readonly P[], further: Readonly<Record<string, readonly string[]>> = {}) {
    for (const place of places) {
      const unit = unitOf(place.fullName);
      // The list calls Phường Phường Đúc just Đúc.
      const withoutUnit = place.fullName.slice(unit.length + 1);
      for (const name of new Set([place.name, withoutUnit, ...(further[place.code] ?? [])])) {
        const { spelling, loose } = nameKeys(name);
        add(this.bySpelling, spelling, { place, unit });
        add(this.byLooseName, loose, { place, unit });
      }
    }
  }

  /**
   * The places that a writing may mean: those spelled so; when there are none, or the writer uses no diacritics at all, those that are
   * written alike.
   */
  find(written: WrittenPlace, writerUsesMarks: boolean): PlaceMatch<P>[] {
    const exact = writerUsesMarks ? found(written, (name) => this.bySpelling.get(name.spelling)) : [];
    if (exact.length > 0) return exact;
    return found(written, (name) => this.byLooseName.get(name.loose)).map((match) => ({ ...match, sure: match.sure && written.bare }));
  }
}

function found<P extends Place>(
  { readings }: WrittenPlace,
  named: (name: WrittenPlace['readings'][number]['name']) => readonly Known<P>[] | undefined,
): PlaceMatch<P>[] {
  const matches = new Map<P, boolean>();
  for (const { unit, name } of readings) {
    for (const known of named(name) ?? []) {
      matches.set(known.place, matches.get(known.place) === true || unit === undefined || unit === known.unit);
    }
  }
  return [...matches].map(([place, sure]) => ({ place, sure }));
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
