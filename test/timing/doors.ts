import type pg from 'pg';
import { NAMED_STAFF } from '../../src/simulator/named-staff.ts';
import type { Subject, Townsfolk } from '../fuzz/townsfolk.ts';

/** One request of a pair. */
export interface Knock {
  readonly method: string;
  readonly path: string;
  readonly bearer?: string;
  readonly body?: object;
}

/** A door at which something known and something unknown must look alike. */
export interface Door {
  readonly name: string;
  /** What both are answered with. */
  readonly status: number;
  readonly known: (pair: number) => Knock;
  readonly unknown: (pair: number) => Knock;
}

const [ASKED, ASKING] = NAMED_STAFF;

/** As long as the real one, and nobody's. */
const UNKNOWN_NUMBER = '8000000019';
const UNKNOWN_DOSSIER = '99999.GD/2021/03102';
const WRONG_CODE = '0000-0000-0000-0000';
const WRONG_PAPER = '001085999999';
const UNKNOWN_ID = '0199c2d4-1111-7000-8000-000000000000';

/** @param yearOf the town's own dossiers, so that the unknown number differs in nothing but its digits */
export async function doorsOf(town: Townsfolk, registered: { insuranceNumber: string }): Promise<Door[]> {
  const clerk = (await town.officer('clerk')).bearer!;
  const { facts: account }: Subject = await town.account(clerk);
  const { facts: dossier }: Subject = await town.submitted();
  const dossierNumber = String(dossier.dossierNumber);
  const unknownDossier = UNKNOWN_DOSSIER.replace('2021', dossierNumber.slice(-10, -6));
  const insuranceNumber = String(account.insuranceNumber);
  const post = (path: string, body: object, bearer?: string): Knock => ({
    method: 'POST',
    path,
    body,
    ...(bearer !== undefined && { bearer }),
  });
  const login = (number: string) => post('/v1/sessions', { insuranceNumber: number, password: 'not the one at all' });
  const staffLogin = (username: string) => post('/v1/staff/sessions', { username, password: 'not the one at all' });
  const track = (number: string) => post('/v1/declarations/tracking', { dossierNumber: number, trackingCode: WRONG_CODE });
  const renew = (number: string) => post('/v1/declarations/tracking-code', { dossierNumber: number, phone: dossier.phone });
  const reset = (number: string) => post('/v1/password-resets', { insuranceNumber: number });
  const confirm = (number: string) =>
    post('/v1/password-resets/confirmation', { insuranceNumber: number, otp: '000000', newPassword: 'Mưa rơi trên mái tôn' });
  const eligible = (number: string) => post('/v1/eligibility', { insuranceNumber: number, idNumber: WRONG_PAPER, phone: '0352153000' });
  const visit = (number: string) => post('/v1/staff/visits', { dossierNumber: number, idNumber: WRONG_PAPER }, clerk);
  const read = (id: string): Knock => ({ method: 'GET', path: `/v1/declarations/${id}`, bearer: WRONG_CODE });
  const staffRead = (id: string): Knock => ({ method: 'GET', path: `/v1/declarations/${id}/history`, bearer: WRONG_CODE });
  const pair = (name: string, status: number, known: Knock, unknown: Knock): Door => ({
    name,
    status,
    known: () => known,
    unknown: () => unknown,
  });
  return [
    pair('log-in of a citizen', 401, login(insuranceNumber), login(UNKNOWN_NUMBER)),
    pair('log-in of an officer', 401, staffLogin(ASKED!.username), staffLogin(`${ASKING!.username}x`)),
    pair('tracking, wrong code or wrong number', 404, track(dossierNumber), track(unknownDossier)),
    pair('a new tracking code', 202, renew(dossierNumber), renew(unknownDossier)),
    pair('recovery of a password', 202, reset(insuranceNumber), reset(UNKNOWN_NUMBER)),
    pair('confirmation of a recovery', 401, confirm(insuranceNumber), confirm(UNKNOWN_NUMBER)),
    pair('eligibility with another’s paper', 200, eligible(registered.insuranceNumber), eligible(UNKNOWN_NUMBER)),
    pair('a visit with another’s paper', 404, visit(dossierNumber), visit(unknownDossier)),
    pair('a dossier with a wrong code', 401, read(String(dossier.id)), read(UNKNOWN_ID)),
    pair('a history with a wrong code', 401, staffRead(String(dossier.id)), staffRead(UNKNOWN_ID)),
  ];
}

/** Nobody has tried anything, and nothing was sent: each pair begins like the first. */
export async function forgetAttempts(database: pg.Client): Promise<void> {
  await database.query('DELETE FROM attempt_counters');
  await database.query(`DELETE FROM messages WHERE purpose IN ('tracking-code', 'password-reset')`);
  await database.query(`UPDATE password_resets SET expires_at = domain_now() + interval '1 hour'`);
}
