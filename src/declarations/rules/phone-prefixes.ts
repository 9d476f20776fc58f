import { readFileSync } from 'node:fs';
import { dataFile } from '../../platform/package-root.ts';

interface PhonePrefixFile {
  /** Carrier → its prefixes, each `0` and two digits. */
  mobile: Record<string, string[]>;
  /** Prefix of an 11-digit mobile number of before 2018 → the prefix that replaced it. */
  legacy11to10: Record<string, string>;
}

const file = JSON.parse(readFileSync(dataFile('phone-prefixes.json'), 'utf8')) as PhonePrefixFile;

/** The three-digit prefixes of Vietnamese mobile numbers, `032` … `099`. */
export const MOBILE_PREFIXES: ReadonlySet<string> = new Set(Object.values(file.mobile).flat());

/** `0120` → `070` and so on: the conversion of September 2018. */
export const RENUMBERED_PREFIXES: ReadonlyMap<string, string> = new Map(Object.entries(file.legacy11to10));
