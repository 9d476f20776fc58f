// npx playwright test: each worker has a workspace, each test finds it empty, and a test that fails has the timeline attached.
import { expect, test as base } from '@playwright/test';
import { intakeFixtures } from 'bhxh-intake/testing/playwright';

const test = base.extend(intakeFixtures);

test('a citizen registers, is verified at the counter, and logs in', async ({ workspace, request }) => {
  const citizen = workspace.citizen();
  const { id, trackingCode } = await citizen.submits();
  await workspace.staff().approves(citizen);

  const own = await request.get(`${workspace.url}/v1/declarations/${id}`, { headers: { Authorization: `Bearer ${trackingCode}` } });
  expect(await own.json()).toMatchObject({ status: 'APPROVED' });
  expect(await citizen.logsIn()).toMatchObject({ mustChangePassword: true });
});
