import type { Database } from '../src/platform/database/database.ts';
import { Housekeeping } from '../src/platform/housekeeping.ts';
import { Workspaces } from '../src/platform/workspace/workspaces.ts';
import { shippedOffices } from '../src/offices/offices.loader.ts';
import { OfficesService } from '../src/offices/offices.service.ts';
import { PhotoLine } from '../src/photos/photo-line.ts';
import { PlaceChanges } from '../src/places/place-changes.ts';
import { PlacesService } from '../src/places/places.service.ts';
import { TwoTierPlaces } from '../src/places/two-tier-places.ts';
import type { Clock } from '../src/platform/clock.ts';
import { ProcessRules } from '../src/platform/process-rules.ts';
import { AddressMatcher } from '../src/qr/address-match.ts';
import { QrReader } from '../src/qr/qr-reader.ts';
import { QrService } from '../src/qr/qr.service.ts';
import { TwoTierMatcher } from '../src/qr/two-tier-match.ts';
import { qrPhoto, qrSample, type Shot } from '../test/support/qr-photos.ts';
import { medianMs, medianMsOfShort, type BenchLine } from './harness/bench-line.ts';

const HEALTH_CARD = qrSample('BHYT_OLD_15');
const CITIZEN_CARD = qrSample('CCCD_CHIP_7');
const TWELVE_MEGAPIXELS = { width: 4000, height: 3000 };

/** Cards by their payload, with address and office; and by photos as phones take them. */
export async function qrBench(): Promise<BenchLine[]> {
  const reader = new QrReader(new PhotoLine());
  const [before, since] = [new PlacesService(), new TwoTierPlaces()];
  const addresses = new AddressMatcher(before);
  const twoTiers = new TwoTierMatcher(since, new PlaceChanges(before, since), addresses);
  // A pinned profile asks no clock.
  const rules = new ProcessRules({ processProfile: '2021-04' }, {} as Clock);
  const qr = new QrService(reader, addresses, twoTiers, rules, await officesAsShipped());
  try {
    const read = async (shot: Shot) => {
      const jpeg = await (await qrPhoto(HEALTH_CARD, { ...TWELVE_MEGAPIXELS, ...shot })).jpeg({ quality: 85 }).toBuffer();
      return medianMs(5, () => qr.readPhoto({ format: 'jpeg', read: async () => jpeg }));
    };
    return [
      { name: 'QR text of a health card', value: await medianMsOfShort(() => qr.read(HEALTH_CARD)), unit: 'ms', limit: 1 },
      { name: 'QR text of a citizen card', value: await medianMsOfShort(() => qr.read(CITIZEN_CARD)), unit: 'ms', limit: 1 },
      { name: 'QR photo of 12 MP, the card near', value: await read({ module: 9, turn: 7 }), unit: 'ms', limit: 400 },
      { name: 'QR photo of 12 MP, the card far', value: await read({ module: 3, turn: 20, blur: 0.8 }), unit: 'ms', limit: 400 },
    ];
  } finally {
    await reader.onApplicationShutdown();
  }
}

/** The list as it is shipped, in place of the table that it fills. */
async function officesAsShipped(): Promise<OfficesService> {
  const shipped = shippedOffices();
  const open = shipped.filter((office) => office.open).map(({ code }) => ({ code, stamp: '' }));
  const table = { manager: { find: async () => shipped }, rows: async () => open } as unknown as Database;
  const offices = new OfficesService(table, new Workspaces(), new Housekeeping(new Workspaces()));
  await offices.reload();
  return offices;
}
