// npx jest: the preset starts one intake for the run; useIntake gives each worker a workspace of its own, and prints what happened
// in it when a test fails.
const { useIntake } = require('bhxh-intake/testing');

const kit = useIntake();

test('a citizen registers, is verified at the counter, and logs in', async () => {
  const ws = kit.workspace;
  const citizen = ws.citizen();
  const { dossierNumber } = await citizen.submits();

  expect(await ws.staff().approves(citizen)).toMatchObject({ status: 'APPROVED' });

  const { phone } = await citizen.form();
  const sms = await ws.sms.latest(phone, { template: 'credentials' });
  expect(sms.text).toContain(dossierNumber);

  expect(await citizen.logsIn(sms.fields.password)).toMatchObject({ mustChangePassword: true });
  await citizen.changesPassword();
  expect(await citizen.profile()).toMatchObject({ dossierNumber, state: 'ACTIVE' });
});

test('nobody logs in without an account', async () => {
  const citizen = kit.workspace.stranger();
  await expect(citizen.logsIn('khong-biet')).rejects.toMatchObject({ status: 401, code: 'invalid-credentials' });
});
