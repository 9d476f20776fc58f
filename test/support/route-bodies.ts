/** Whom the bodies are about. */
export interface BodyFacts {
  readonly dossierNumber: string;
  readonly idNumber: string;
  /** The one that is declared already. */
  readonly phone: string;
  /** A dossier that looks like it. */
  readonly alikeId: string;
}

type Bodies = Readonly<Record<string, object>>;

/** Bodies that are well formed, so that it is the right that decides; without lease and If-Match none of them does anything. */
export function bodiesOf({ dossierNumber, idNumber, phone, alikeId }: BodyFacts): Bodies {
  const checklist = {
    ...{ personPresent: true, originalIdSeen: true, originalIdNumber: '079090000001', portraitMatches: true },
    ...{ phoneConfirmed: true, formSigned: true, registryUnknownConfirmed: true },
  };
  return {
    'POST /v1/staff/visits': { dossierNumber, idNumber },
    'PATCH /v1/staff/declarations/{id}/phone': { phone, reason: 'Mất điện thoại' },
    'POST /v1/staff/declarations/{id}/phone/confirmation': { phone: '0352153111' },
    'PUT /v1/staff/me/password': { currentPassword: 'not the one', newPassword: 'long enough to be one' },
    'POST /v1/staff/declarations/{id}/approval': { checklist },
    'POST /v1/staff/declarations/{id}/duplicate-decisions': {
      ...{ otherId: alikeId, decision: 'not-duplicate', reason: 'Hai người', replacesEarlier: true },
    },
    'POST /v1/staff/declarations/search': { q: 'Người Lạ' },
    'POST /v1/staff/declarations/{id}/return': { items: [{ reasonCode: 'papers-missing' }] },
    'POST /v1/staff/declarations/{id}/rejection': { reasonCode: 'never-came' },
    'POST /v1/staff/declarations/{id}/transfer': { officeCode: '03104', reason: 'Chuyển' },
    'POST /v1/staff/declarations/{id}/credentials': { reason: 'Không nhận được SMS' },
  };
}

/** Well formed too, and for whoever may they do what they say. */
export const BODIES_THAT_CHANGE: Bodies = {
  'PUT /v1/me/password': { currentPassword: 'not the one', newPassword: 'Biển xanh mây trắng' },
  'PATCH /v1/staff/declarations/{id}/phone': { phone: '0352999111', reason: 'Mất điện thoại' },
  'PATCH /v1/drafts/{id}': { street: 'Ngõ 5' },
  'POST /v1/drafts/{id}/email-confirmation': { otp: '483920' },
  'PATCH /v1/declarations/{id}': { street: 'Ngõ 5' },
  'POST /v1/admin/staff': { username: 'canbo9.03102', fullName: 'Mai Thị Cán', role: 'clerk', officeCode: '03102' },
  'PATCH /v1/admin/staff/{staffId}': { active: false },
  'POST /v1/admin/offices': { name: 'BHXH Quận Mới', level: 'district', provinceCode: '31', districtCode: '304', code: '03199' },
  'PATCH /v1/admin/offices/{code}': { address: 'Lô 20B' },
  'POST /v1/admin/offices/{code}/merger': { successorCode: '03103', on: '2030-07-01', rerouteOpenDossiers: false },
  'POST /v1/admin/offices/{code}/rerouting': { toOfficeCode: '03103', reason: 'Trụ sở ngừng tiếp công dân' },
  'POST /_sim/tokens': { role: 'clerk', officeCode: '03102' },
  'PUT /_sim/clock': { now: '2021-04-20T02:00:00Z' },
  'POST /_sim/clock/advance': { by: 'PT1S' },
  'PUT /_sim/counters': { officeCode: '03102', kind: 'GD', year: 2021, last: 49630 },
  'PUT /_sim/faults': { 'sms-refused': { probability: 1, seed: 1 } },
  'POST /_sim/ghosts': { dossierNumber: '00001.GD/2021/03102', script: 'takes-the-lease', when: 'now' },
  'POST /_sim/journeys/{name}': { persona: 'huynh-thi-minh' },
  'POST /_sim/runs': { name: 'a-run' },
  'POST /_sim/workspaces': { name: 'a-third' },
};
