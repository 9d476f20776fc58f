// npx vitest run: one intake for the run, a workspace for each worker.
import * as vitest from 'vitest';
import { useIntake } from 'bhxh-intake/testing';

const { expect, test } = vitest;
const kit = useIntake({}, vitest);

test('a citizen registers, is verified at the counter, and logs in', async () => {
  const ws = kit.workspace;
  const citizen = ws.citizen();
  const { dossierNumber } = await citizen.submits();
  await ws.staff().approves(citizen);
  await citizen.logsIn();
  await citizen.changesPassword();
  expect(await citizen.profile()).toMatchObject({ dossierNumber });
});
