import type { ProcessProfile } from '../../src/platform/process-profile.ts';

/** What a client is told to the same question in each profile. */
export interface Difference {
  readonly asked: string;
  readonly told: Readonly<Record<ProcessProfile, string>>;
}

const TAKEN = 'taken';

/**
 * All that differs, as data: the suite asks every question in every profile, and docs/profiles.md shows the table. What stands here with
 * four equal answers is there because one might expect it to differ.
 */
export const DIFFERENCES = {
  cmnd: {
    asked: 'A form with the number of a CMND',
    told: { '2021-04': TAKEN, '2021-10': TAKEN, '2023': TAKEN, '2025-07': '/idNumber: bad-format' },
  },
  'known-without-id-photos': {
    asked: 'A CCCD that the registry knows, with a portrait and no photo of the card',
    told: {
      '2021-04': '/idFront: photo-missing, /idBack: photo-missing',
      '2021-10': '/idFront: photo-missing, /idBack: photo-missing',
      '2023': TAKEN,
      '2025-07': TAKEN,
    },
  },
  'misspelt-without-id-photos': {
    asked: 'The same with another name',
    told: same('/idFront: photo-missing, /idBack: photo-missing'),
  },
  'passport-without-id-photos': {
    asked: 'A passport without its photo',
    told: same('/idFront: photo-missing'),
  },
  'mail-at-once': {
    asked: 'A form with mail ticked, sent in one request',
    told: { '2021-04': TAKEN, '2021-10': TAKEN, '2023': '/email: email-not-confirmed', '2025-07': '/email: email-not-confirmed' },
  },
  'three-tiers': {
    asked: 'An address of province, district and ward',
    told: { '2021-04': TAKEN, '2021-10': TAKEN, '2023': TAKEN, '2025-07': '/districtCode: district-abolished' },
  },
  'two-tiers': {
    asked: 'An address of province and ward',
    told: {
      '2021-04': '/districtCode: required',
      '2021-10': '/districtCode: required',
      '2023': '/districtCode: required',
      '2025-07': TAKEN,
    },
  },
  provinces: {
    asked: 'How many provinces there are',
    told: { '2021-04': '63', '2021-10': '63', '2023': '63', '2025-07': '34' },
  },
  districts: {
    asked: 'How many districts Hải Phòng has',
    told: { '2021-04': '15', '2021-10': '15', '2023': '15', '2025-07': '0' },
  },
  'wards-of-province': {
    asked: 'How many wards Hải Phòng has',
    told: { '2021-04': 'not-found', '2021-10': 'not-found', '2023': 'not-found', '2025-07': '114' },
  },
  'wards-of-district': {
    asked: 'How many wards Quận Ngô Quyền has',
    told: { '2021-04': '12', '2021-10': '12', '2023': '12', '2025-07': 'not-found' },
  },
  card: {
    asked: 'Where the holder of a card of 2021 lives, by its QR code',
    told: { '2021-04': '31 304 11359', '2021-10': '31 304 11359', '2023': '31 304 11359', '2025-07': '31 11359' },
  },
  'registered-in': {
    asked: 'The province of somebody whom the registry has in Quảng Trị',
    told: { '2021-04': '45', '2021-10': '45', '2023': '45', '2025-07': '44' },
  },
  recovery: {
    asked: 'How the one-time password of a recovery comes to somebody who agreed to mail',
    told: { '2021-04': 'sms', '2021-10': 'email', '2023': 'email', '2025-07': 'email' },
  },
} as const satisfies Record<string, Difference>;

export type Question = keyof typeof DIFFERENCES;

function same(told: string): Difference['told'] {
  return { '2021-04': told, '2021-10': told, '2023': told, '2025-07': told };
}
