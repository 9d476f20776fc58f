import { randomUUID } from 'node:crypto';
import { checklistFor } from '../support/people.ts';
import type { Canaries } from './canaries.ts';
import { must, WORDS, type LeakStory } from './leak-story.ts';

/** What officers and administrators type, and what else people send besides a declaration. */
export const OFFICE_WORDS = {
  newUsername: 'canary.officer.7f3a',
  officersName: 'Lục Thị Yến Nhi',
  renamedOfficer: 'Mạc Thị Yến Nhiên',
  officeAddress: 'Số 77 phố Chim Én Về',
  officeNote: 'Ghi chú kín về cơ quan chim én',
  reroutingReason: 'Chim én bay về nơi khác',
  walkInNumber: '7913586420',
  walkInName: 'Kiều Thị Bạch Yến',
  walkInPaper: '079190864209',
  walkInPhone: '0352468864',
  walkInStreet: 'Ngõ Chim Én Số Chín Chín',
  countersPhone: '0352468579',
  phoneReason: 'Chim én đổi số điện thoại',
  reissueReason: 'Chim én không nhận được tin',
  duplicateReason: 'Chim én và chim yến là hai người',
  searched: 'Tìm chim én chim yến',
  withdrawnStreet: 'Hẻm Chim Én Quay Về',
  uploadsName: 'chim-en-7f3a.png',
  uploadedBytes: 'canary in the uploaded bytes 7f3a',
  workspace: 'canary-workspace-7f3a',
  clockWish: 'canary-clock-7f3a',
  deskQuery: 'canary-desk-query-7f3a',
  noOffice: 'canary-office-7f3a',
  cookie: 'canary-cookie-7f3a',
  referer: 'https://canary-referer-7f3a.example/',
  forwardedFor: '203.0.113.177',
  proxyUser: 'canary-proxy-user-7f3a',
} as const;

/** The columns in which each of them may stand. */
export const OFFICE_WORDS_REST_IN: Readonly<Record<string, readonly string[]>> = {
  newUsername: ['staff.username'],
  renamedOfficer: ['staff.full_name'],
  // What an administrator changed of an office is on record; it is nobody's own.
  officeAddress: ['audit_entries.details', 'offices.address'],
  officeNote: ['audit_entries.details', 'offices.note'],
  reroutingReason: ['audit_entries.details'],
  walkInNumber: ['declaration_revisions.form', 'declarations.insurance_number'],
  walkInName: ['comparisons.name', 'declaration_revisions.form', 'declarations.full_name'],
  walkInPaper: ['declaration_revisions.form', 'declarations.id_number'],
  walkInPhone: ['declaration_revisions.form', 'declarations.phone'],
  walkInStreet: ['declaration_revisions.form', 'declarations.street'],
  countersPhone: ['declaration_revisions.form', 'declarations.phone', 'phone_changes.phone'],
  phoneReason: ['staff_notes.text'],
  reissueReason: ['staff_notes.text'],
  withdrawnStreet: ['declaration_revisions.form', 'declarations.street'],
};

/** The other half of the house: what is typed in at the counter and by administrators, uploads in pieces, and headers of proxies. */
export async function goesThroughTheBackOffice(
  story: LeakStory,
  canaries: Canaries,
  photos: Record<string, Buffer>,
  approved: string,
): Promise<void> {
  for (const [name, word] of Object.entries(OFFICE_WORDS)) canaries.plant(name, word);
  const { world } = story;
  const words = OFFICE_WORDS;
  const admin = canaries.plant('administratorsToken', await world.admin());
  const clerk = await world.staff('03102');
  const token = canaries.plant('countersToken', clerk.token);

  const newcomer = { username: words.newUsername, fullName: words.officersName, role: 'clerk', officeCode: '03103' };
  const created = await must(201, story.ask('POST', '/v1/admin/staff', { token: admin, json: newcomer }));
  canaries.plant('officersOneTimePassword', created['oneTimePassword']!);
  const member = `/v1/admin/staff/${created['id']}`;
  await must(422, story.ask('POST', '/v1/admin/staff', { token: admin, json: { ...newcomer, officeCode: words.noOffice } }));
  await must(200, story.ask('PATCH', member, { token: admin, json: { fullName: words.renamedOfficer }, headers: { 'If-Match': '*' } }));
  const again = await must(201, story.ask('POST', `${member}/password`, { token: admin, headers: { 'If-Match': '*' } }));
  canaries.plant('officersNextPassword', again['oneTimePassword']!);
  const office = { address: words.officeAddress, note: words.officeNote };
  await must(200, story.ask('PATCH', '/v1/admin/offices/00105', { token: admin, json: office, headers: { 'If-Match': '*' } }));
  const rerouting = { toOfficeCode: '03103', reason: words.reroutingReason };
  await must(200, story.ask('POST', '/v1/admin/offices/00105/rerouting', { token: admin, json: rerouting }));

  const walkIn = new FormData();
  const { officeCode: _, ...form } = world.stranger().form;
  const typed = { insuranceNumber: words.walkInNumber, fullName: words.walkInName, idNumber: words.walkInPaper, phone: words.walkInPhone };
  for (const [name, value] of Object.entries({ ...form, ...typed, street: words.walkInStreet })) walkIn.set(name, value);
  for (const [slot, bytes] of Object.entries(photos)) walkIn.set(slot, new Blob([new Uint8Array(bytes)]), words.uploadsName);
  const filed = await must(
    201,
    story.ask('POST', '/v1/staff/declarations', { token, form: walkIn, headers: { 'Idempotency-Key': randomUUID() } }),
  );
  canaries.plant('walkInsTrackingCode', filed['trackingCode']!);
  const visit = (idNumber: string) =>
    story.ask('POST', '/v1/staff/visits', { token, json: { dossierNumber: filed['dossierNumber'], idNumber } });
  await must(404, visit(WORDS.wrongPaper));
  await must(201, visit(words.walkInPaper));
  const typedIn = `/v1/staff/declarations/${filed['id']}`;
  const lease = await must(201, story.ask('POST', `${typedIn}/lease`, { token }));
  const headers = { 'If-Match': '*', 'Lease-Token': canaries.plant(`lease of ${typedIn}`, lease['leaseToken']!) };
  const checklist = checklistFor(words.walkInPaper, { registryUnknownConfirmed: true });
  await must(409, story.ask('POST', `${typedIn}/approval`, { token, json: { checklist }, headers }));
  await must(200, story.ask('POST', '/v1/staff/declarations/search', { token, json: { q: words.searched } }));
  await story.ask('PATCH', `/v1/staff/declarations/${filed['id']}/phone`, {
    token,
    json: { phone: words.countersPhone, reason: words.phoneReason },
  });
  await must(
    404,
    story.ask('POST', `/v1/staff/declarations/${filed['id']}/duplicate-decisions`, {
      token,
      json: { otherId: randomUUID(), decision: 'not-duplicate', reason: words.duplicateReason, replacesEarlier: false },
    }),
  );
  await must(200, story.ask('POST', `/v1/staff/declarations/${approved}/credentials`, { token, json: { reason: words.reissueReason } }));

  const withdrawn = await must(201, story.submits({ ...world.stranger().form, street: words.withdrawnStreet }));
  const withdrawnToken = canaries.plant('withdrawnTrackingCode', withdrawn['trackingCode']!);
  await must(200, story.ask('POST', `/v1/declarations/${withdrawn['id']}/withdrawal`, { token: withdrawnToken }));

  const draft = await must(201, story.ask('POST', '/v1/drafts', { json: {} }));
  const draftToken = canaries.plant('uploadersToken', draft['draftToken']!);
  const metadata = `slot ${Buffer.from('portrait').toString('base64')},filename ${Buffer.from(words.uploadsName).toString('base64')}`;
  const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '5000', 'Upload-Metadata': metadata };
  const upload = await story.ask('POST', `/v1/drafts/${draft['id']}/uploads`, { token: draftToken, headers: tus });
  await must(201, Promise.resolve(upload));
  const piece = { 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' };
  await must(
    204,
    story.ask('PATCH', new URL(upload.location!, 'http://localhost').pathname, {
      token: draftToken,
      text: words.uploadedBytes,
      headers: piece,
    }),
  );
  await must(401, story.ask('GET', `/v1/drafts/${draft['id']}`, { token: withdrawnToken }));

  const proxied = {
    Cookie: `session=${words.cookie}`,
    Referer: words.referer,
    'X-Forwarded-For': words.forwardedFor,
    'X-Remote-User': words.proxyUser,
  };
  await must(401, story.ask('GET', '/v1/me', { headers: proxied }));
  await must(404, story.ask('GET', '/v1/reasons', { headers: { ...proxied, 'X-Workspace': words.workspace } }));
  await must(422, story.ask('PUT', '/_sim/clock', { json: { now: words.clockWish } }));
  await story.ask('GET', `/_sim/messages?template=${words.deskQuery}`);
  await must(400, story.ask('GET', `/_sim/messages?limit=${words.deskQuery}`));
}
