import { PROFILE_DAYS, rulesOn, type ProcessProfile } from '../../src/platform/process-profile.ts';
import { faultsIn, UNSEEN_PHOTOS } from '../support/form-desk.ts';
import { readPdf } from '../support/pdf.ts';
import type { Citizen, Photos, World } from '../support/people.ts';
import { qrSample } from '../support/qr-photos.ts';
import type { Question } from './differences.ts';

/** Gives the citizen an address of the profile's kind; both are the same house. */
export function atHome(citizen: Citizen, profile: ProcessProfile): Citizen {
  if (rulesOn(profile, PROFILE_DAYS[profile]).addresses === 'two-tier') delete citizen.form['districtCode'];
  return citizen;
}

/** Asks one question in a workspace of a profile. What is answered by a whole journey is asked there. */
export async function ask(question: Exclude<Question, 'recovery'>, world: World, profile: ProcessProfile): Promise<string> {
  const { portrait } = UNSEEN_PHOTOS;
  const minh = (changes: Record<string, string> = {}) => atHome(world.citizen('huynh-thi-minh', changes), profile);
  switch (question) {
    case 'cmnd':
      return verdictOn(atHome(world.citizen('hoang-van-nam'), profile));
    case 'known-without-id-photos':
      return verdictOn(minh(), { portrait });
    case 'misspelt-without-id-photos':
      return verdictOn(minh({ fullName: 'Huỳnh Thị Mai' }), { portrait });
    case 'passport-without-id-photos':
      return verdictOn(atHome(world.citizen('maria-lindberg'), profile), { portrait });
    case 'mail-at-once':
      return verdictOn(minh({ emailCopy: 'true', email: 'minh@example.com' }));
    case 'three-tiers':
      return verdictOn(world.citizen());
    case 'two-tiers':
      return verdictOn(atHome(world.citizen(), '2025-07'));
    case 'provinces':
      return count(world, '/v1/places/provinces');
    case 'districts':
      return count(world, '/v1/places/provinces/31/districts');
    case 'wards-of-province':
      return count(world, '/v1/places/provinces/31/wards');
    case 'wards-of-district':
      return count(world, '/v1/places/districts/304/wards');
    case 'card': {
      const { body } = await world.api
        .post('/v1/qr/decode')
        .send({ payload: qrSample('CCCD_CHIP_7') })
        .expect(200);
      const { provinceCode, districtCode, wardCode } = body.address as Record<string, string>;
      return [provinceCode, districtCode, wardCode].filter((code) => code !== undefined).join(' ');
    }
    case 'registered-in': {
      const { body } = await world.api.post('/v1/lookups/insurance-number').send({ fullName: 'Tí', dateOfBirth: '1972-08-09' }).expect(200);
      return body.matches[0].provinceCode as string;
    }
  }
}

/** What the form's rules say, all faults at once; the photos are none, so that nothing is ever kept of it. */
async function verdictOn(citizen: Citizen, photos: Photos = UNSEEN_PHOTOS): Promise<string> {
  const { body } = await citizen.sends({ photos });
  return body.code === 'photo-rejected' ? 'taken' : faultsIn(body).join(', ');
}

async function count(world: World, path: string): Promise<string> {
  const { status, body } = await world.api.get(path);
  return status === 200 ? String(body.length) : (body.code as string);
}

/** The places on a form, after the street. */
export async function placesIn(pdf: Buffer): Promise<string> {
  const { pages } = await readPdf(pdf);
  const text = pages.join(' ').replaceAll(/\s+/g, ' ');
  return /Số 12 Lạch Tray, (.*?Thành phố Hải Phòng)/.exec(text)?.[1] ?? text;
}
