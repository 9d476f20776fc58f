import { prepareJson, type PreparedJson } from '../platform/http/prepared-json.ts';
import { Refusal } from '../platform/refusal.ts';
import type { PlaceCodes, PlaceFault } from './place-sets.ts';
import type { Place, PlaceWithin } from './places.loader.ts';

/** A parent that is itself at fault is not held against its child: one mistake, one message. */
export function faultOf(field: keyof PlaceCodes, place: Place | PlaceWithin | undefined, parent?: Place): PlaceFault | undefined {
  if (!place) return { field, code: 'place-unknown' };
  if (parent && 'parentCode' in place && place.parentCode !== parent.code) return { field, code: 'place-mismatch' };
  return undefined;
}

/** A level that is not given. */
export function missing(field: keyof PlaceCodes): PlaceFault {
  return { field, code: 'required' };
}

export function known(prepared: PreparedJson | undefined): PreparedJson {
  if (!prepared) throw new Refusal('not-found');
  return prepared;
}

export function byCode<P extends Place>(places: readonly P[]): ReadonlyMap<string, P> {
  return new Map(places.map((place) => [place.code, place]));
}

export function byParent(parents: readonly Place[], children: readonly PlaceWithin[]): ReadonlyMap<string, readonly PlaceWithin[]> {
  const families = new Map<string, PlaceWithin[]>(parents.map(({ code }) => [code, []]));
  for (const child of children) {
    const family = families.get(child.parentCode);
    if (!family) throw new Error(`Place ${child.code} lies in ${child.parentCode}, which is not in the list`);
    family.push(child);
  }
  return families;
}

export function answers(families: ReadonlyMap<string, readonly Place[]>): ReadonlyMap<string, PreparedJson> {
  return new Map([...families].map(([code, places]) => [code, answer(places)]));
}

export function answer(places: readonly Place[]): PreparedJson {
  return prepareJson(places.map(({ code, name, fullName }) => ({ code, name, fullName })));
}
