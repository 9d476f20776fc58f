// node --test, against a running intake and without the kit: plain fetch, as any client of any language would do it.
// BHXH_INTAKE_URL names the service (npx bhxh-intake up).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

const service = process.env.BHXH_INTAKE_URL ?? 'http://127.0.0.1:3000';
let base;
let name;

async function call(method, path, { token, json, form, headers } = {}) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      Accept: 'application/json, application/problem+json',
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: json ? JSON.stringify(json) : form,
  });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return { body: text && JSON.parse(text), etag: response.headers.get('ETag') };
}

before(async () => {
  base = service;
  ({ name, baseUrl: base } = (await call('POST', '/_sim/workspaces', { json: {} })).body);
});
after(() => fetch(`${service}/_sim/workspaces/${name}`, { method: 'DELETE' }));

test('a citizen registers, is verified at the counter, and logs in', async () => {
  const form = new FormData();
  const fields = {
    insuranceNumber: '0397097379',
    fullName: 'Huỳnh Thị Minh',
    idNumber: '031165000123',
    phone: '0352153000',
    provinceCode: '01',
    districtCode: '001',
    wardCode: '00001',
    street: 'Số 12 Hàng Than',
    officeCode: '03102',
    commitmentAccepted: 'true',
    dataProcessingAccepted: 'true',
  };
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  for (const slot of ['portrait', 'idFront', 'idBack']) {
    const photo = await fetch(`${base}/_sim/photos/${slot}?persona=huynh-thi-minh`);
    form.append(slot, await photo.blob(), `${slot}.jpg`);
  }
  const { body: receipt } = await call('POST', '/v1/declarations', { form, headers: { 'Idempotency-Key': randomUUID() } });

  const { body: clerk } = await call('POST', '/_sim/tokens', { json: { role: 'clerk', officeCode: '03102' } });
  const dossier = `/v1/staff/declarations/${receipt.id}`;
  const { etag } = await call('GET', dossier, { token: clerk.accessToken });
  const { body: lease } = await call('POST', `${dossier}/lease`, { token: clerk.accessToken });
  await call('POST', `${dossier}/approval`, {
    token: clerk.accessToken,
    headers: { 'If-Match': etag, 'Lease-Token': lease.leaseToken },
    json: {
      checklist: {
        personPresent: true,
        originalIdSeen: true,
        originalIdNumber: fields.idNumber,
        portraitMatches: true,
        phoneConfirmed: true,
        formSigned: true,
      },
    },
  });

  const { body: sms } = await call('GET', '/_sim/await?channel=sms&template=credentials&to=0352153000');
  const login = { insuranceNumber: fields.insuranceNumber, password: sms.fields.password };
  const { body: session } = await call('POST', '/v1/sessions', { json: login });
  assert.equal(session.mustChangePassword, true);
});
