// node --test: submit → verify → log in, on an intake that is started here. With BHXH_INTAKE_URL set, on that one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startIntake } from 'bhxh-intake/testing';

let intake;
let ws;
before(async () => {
  intake = await startIntake();
  ws = await intake.workspace();
});
after(async () => {
  await ws?.remove();
  await intake?.stop();
});

test('a citizen registers, is verified at the counter, and logs in', async () => {
  const citizen = ws.citizen();
  const { dossierNumber } = await citizen.submits();

  const { status } = await ws.staff().approves(citizen);
  assert.equal(status, 'APPROVED');

  const { phone } = await citizen.form();
  const sms = await ws.sms.latest(phone, { template: 'credentials' });
  assert.match(sms.text, new RegExp(dossierNumber));

  assert.equal((await citizen.logsIn(sms.fields.password)).mustChangePassword, true);
  await citizen.changesPassword();
  assert.equal((await citizen.profile()).dossierNumber, dossierNumber);
});
