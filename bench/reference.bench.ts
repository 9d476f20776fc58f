import { OfficeIndex } from '../src/offices/office-index.ts';
import { shippedOffices } from '../src/offices/offices.loader.ts';
import { PlacesService } from '../src/places/places.service.ts';
import { medianMs, medianMsOfShort, type BenchLine } from './harness/bench-line.ts';

/** From one letter that nearly every office has to a whole name: each looks at the whole list. */
const SEARCHES = ['h', 'huyen', 'ngo quyen', 'bao hiem xa hoi quan ngo quyen thanh pho hai phong'];

/** Offices and places, which are answered from memory. */
export async function referenceBench(): Promise<BenchLine[]> {
  const index = new OfficeIndex(shippedOffices());
  const searches: number[] = [];
  for (const q of SEARCHES) searches.push(await medianMs(200, () => index.search({ q, limit: 200 })));
  // The service is made of no database, so that there is nothing it could ask.
  const places = new PlacesService();
  const list = await medianMsOfShort(() => [places.provinceList(), places.districtList('31'), places.wardList('304')]);
  return [
    { name: 'office search, slowest of four', value: Math.max(...searches), unit: 'ms', limit: 2 },
    { name: 'three place lists, no query', value: list * 1000, unit: 'µs', limit: 100 },
  ];
}
