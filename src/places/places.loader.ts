import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { dataFile } from '../platform/package-root.ts';

/** A province, district or ward of November 2021, named as the General Statistics Office names it [S]. */
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
