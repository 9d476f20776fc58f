import { randomUUID } from 'node:crypto';
import { checklistFor } from '../support/people.ts';
import type { Canaries } from './canaries.ts';
import { must, WORDS, type LeakStory } from './leak-story.ts';

/** Refusals that the story does not come by: what each is, says the code; the spec asks that all were met. */
export async function isRefusedInEveryWay(
  story: LeakStory,
  canaries: Canaries,
  { id, dossierNumber }: { id: string; dossierNumber: string },
): Promise<void> {
  const { world } = story;
  const [clerk, other] = [await world.staff(), await world.staff()];
  const { token } = clerk;
  const stranger = () => ({ ...world.stranger().form, street: WORDS.street });
  const staffPath = async (fields: Record<string, string>) => `/v1/staff/declarations/${(await must(201, story.submits(fields)))['id']}`;

  await story.submits(stranger(), `${WORDS.idempotencyKey} with spaces`);
  const badClient = { 'Idempotency-Key': randomUUID(), 'X-Client-Id': `${WORDS.clientId} with spaces` };
  for (const path of ['/v1/drafts', '/v1/declarations']) await story.ask('POST', path, { json: {}, headers: badClient });
  await story.submits({ ...stranger(), insuranceNumber: WORDS.insuranceNumber, idNumber: WORDS.idNumber });

  const held = await staffPath(stranger());
  await story.ask('POST', `${held}/return`, { token, json: { items: [] }, headers: { 'If-Match': '*' } });
  const items = [{ slot: 'portrait', reasonCode: 'photo-blurred', text: WORDS.returnedText }];
  await story.ask('POST', `${held}/return`, { token, json: { items }, headers: { 'If-Match': '*' } });
  const { leaseToken } = await must(201, story.ask('POST', `${held}/lease`, { token }));
  canaries.plant(`lease of ${held}`, leaseToken!);
  await story.ask('POST', `${held}/lease`, { token: other.token });
  await story.ask('POST', `${held}/return`, { token, json: { items }, headers: { 'If-Match': '*', 'Lease-Token': WORDS.wrongLease } });

  const differs = await staffPath(world.citizen('huynh-thi-minh', { fullName: WORDS.fullName, street: WORDS.street }).form);
  const lease = await must(201, story.ask('POST', `${differs}/lease`, { token }));
  canaries.plant(`lease of ${differs}`, lease['leaseToken']!);
  const approval = (checklist: object) =>
    story.ask('POST', `${differs}/approval`, {
      token,
      json: { checklist },
      headers: { 'If-Match': '*', 'Lease-Token': lease['leaseToken']! },
    });
  await approval(checklistFor(WORDS.wrongPaper, { personPresent: false }));
  await approval(checklistFor(world.citizen().form['idNumber']!));

  await story.ask('GET', '/v1/admin/staff', { token });
  const phone = { phone: '0352468680', reason: 'Đổi số' };
  await story.ask('PATCH', `/v1/staff/declarations/${id}/phone`, { token, json: phone });
  await story.ask('POST', `/v1/staff/declarations/${id}/phone/confirmation`, { token, json: { phone: phone.phone } });

  const { body: admin } = await world.api.post('/_sim/tokens').send({ role: 'admin' }).expect(201);
  const myself = `/v1/admin/staff/${admin.staff.id}`;
  await story.ask('PATCH', myself, { token: admin.accessToken, json: { active: false }, headers: { 'If-Match': '*' } });

  const draft = await must(201, story.ask('POST', '/v1/drafts', { json: { street: WORDS.street } }));
  const draftToken = canaries.plant('thirdDraftToken', draft['draftToken']!);
  const uploads = `/v1/drafts/${draft['id']}/uploads`;
  const metadata = `slot ${Buffer.from('portrait').toString('base64')}`;
  const tus = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '5000', 'Upload-Metadata': metadata };
  await story.ask('POST', uploads, { token: draftToken, headers: { 'Upload-Length': '5000' } });
  await story.ask('POST', uploads, { token: draftToken, headers: { ...tus, 'Upload-Length': WORDS.path } });
  const { location } = await story.ask('POST', uploads, { token: draftToken, headers: tus });
  const upload = new URL(location!, 'http://localhost').pathname;
  const piece = { 'Tus-Resumable': '1.0.0', 'Content-Type': 'application/offset+octet-stream' };
  const sends = (headers: Record<string, string>) =>
    story.ask('PATCH', upload, { token: draftToken, text: WORDS.brokenBody, headers: { ...piece, ...headers } });
  await sends({ 'Upload-Offset': '7' });
  await sends({ 'Upload-Offset': '0', 'Upload-Checksum': `sha1 ${Buffer.alloc(20).toString('base64')}` });
  const broken = new FormData();
  broken.set('file', new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16]), WORDS.brokenBody]), WORDS.fileName);
  await story.ask('PUT', `/v1/drafts/${draft['id']}/photos/portrait`, { token: draftToken, form: broken });

  const withdrawn = await must(201, story.submits(stranger()));
  const trackingCode = canaries.plant('thirdTrackingCode', withdrawn['trackingCode']!);
  for (let times = 0; times < 2; times++)
    await story.ask('POST', `/v1/declarations/${withdrawn['id']}/withdrawal`, { token: trackingCode });

  const year = Number(dossierNumber.split('/')[1]);
  await story.ask('PUT', '/_sim/counters', { json: { officeCode: '03102', kind: 'GD', year, last: 0 } });
  await story.ask('GET', `/_sim/await?timeout=1&dossierNumber=${encodeURIComponent(WORDS.guessedDossier)}`);
  await story.ask('POST', '/_sim/workspaces', { json: { name: 'default' } });
  await story.ask('DELETE', '/_sim/workspaces/default');
  await story.ask('PUT', '/_sim/clock', { json: { now: '2020-01-01T00:00:00Z' } });
  await story.ask('GET', '/_sim/coverage?threshold=0.99&fail=true');
  await story.ask('GET', `/_sim/journal?${new URLSearchParams({ route: 'POST /v1/eligibility', status: '200', times: '999' }).toString()}`);
  await story.ask('POST', '/_sim/runs', { json: {} });
  await story.ask('POST', '/v1/declarations', { json: {}, headers: { 'Idempotency-Key': randomUUID() } });
}
