import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { dataFile } from '../platform/package-root.ts';

/** A province, district or ward, named as the General Statistics Office names it [S]. */
export interface Place {
  /** 2 digits for a province, 3 for a district, 5 for a ward; unique within its level. */
  readonly code: string;
  /** Without the unit word: `Ngô Quyền`. */
  readonly name: string;
  /** With it: `Quận Ngô Quyền`. */
  readonly fullName: string;
}

/** A place and the code of the place it lies in. */
export interface PlaceWithin extends Place {
  readonly parentCode: string;
}

/** All places in the order of their codes. */
export interface PlaceList {
  readonly provinces: readonly Place[];
  readonly districts: readonly PlaceWithin[];
  readonly wards: readonly PlaceWithin[];
}

/** Reads the shipped lists of 63 provinces, 705 districts and 10,599 wards; some 100 ms of work. */
export function loadPlaces(): PlaceList {
  return {
    provinces: read('places-2021-provinces.csv').map(placeOf),
    districts: read('places-2021-districts.csv').map((row) => ({ ...placeOf(row), parentCode: column(row, 'provinceCode') })),
    wards: read('places-2021-wards.csv').map((row) => ({ ...placeOf(row), parentCode: column(row, 'districtCode') })),
  };
}

/** The places since 1 July 2025 [S]: wards lie in provinces, and districts are no more. In the order of their codes. */
export interface TwoTierPlaceList {
  readonly provinces: readonly Place[];
  readonly wards: readonly PlaceWithin[];
}

/** Reads the shipped lists of 34 provinces and 3,321 wards; some 20 ms of work. */
export function loadTwoTierPlaces(): TwoTierPlaceList {
  return {
    provinces: read('places-2025-provinces.csv').map(placeOf),
    wards: read('places-2025-wards.csv').map((row) => ({ ...placeOf(row), parentCode: column(row, 'provinceCode') })),
  };
}

/**
 * Which wards of 2025 each ward of before has gone into, by codes; some 80 ms of work. A row counts only where the new ward's code and its
 * names agree with the list: a few do not, and those are nobody's successors.
 */
export function loadWardSuccessions({ provinces, wards }: TwoTierPlaceList): readonly { oldCode: string; newCode: string }[] {
  const provinceNames = new Map(provinces.map(({ code, name, fullName }) => [code, [name, fullName]]));
  const byCode = new Map(wards.map((ward) => [ward.code, ward]));
  return read('places-2025-ward-mappings.csv').flatMap((row) => {
    const ward = byCode.get(row['newWardCode'] ?? '');
    const isSound =
      ward?.fullName === row['newWardName'] && provinceNames.get(ward?.parentCode ?? '')?.includes(row['newProvinceName'] ?? '');
    return ward && isSound && row['oldWardCode'] ? [{ oldCode: row['oldWardCode'], newCode: ward.code }] : [];
  });
}

type Row = Readonly<Record<string, string>>;

function read(file: string): Row[] {
  return parse<Row>(readFileSync(dataFile(file)), { columns: true, bom: true });
}

function placeOf(row: Row): Place {
  return { code: column(row, 'code'), name: column(row, 'name'), fullName: column(row, 'fullName') };
}

function column(row: Row, name: string): string {
  const value = row[name];
  if (!value) throw new Error(`A row of the places has no ${name}`);
  return value;
}
