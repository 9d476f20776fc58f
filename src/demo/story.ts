import type { Persona } from '../registry/registry.personas.ts';
import type { Receipt } from './answers.ts';
import { approveAtTheCounter, showHistory } from './counter.steps.ts';
import { sendDeclaration, showDeclaration, showReceipt } from './declaration.steps.ts';
import { logInForTheFirstTime, readSms } from './account.steps.ts';
import { Refused, StepFailed, type IntakeClient } from './intake-client.ts';
import { readMail } from './mail.steps.ts';
import type { Page } from './page.ts';

/** What every step of the story works with. */
export interface Stage {
  readonly client: IntakeClient;
  readonly page: Page;
  /** Where the PDF and the photos are saved. */
  readonly out: string;
}

/** The persona whose turn it is, and what the service gave for the declaration. */
export interface Filed {
  readonly persona: Persona;
  readonly email: string;
  readonly receipt: Receipt;
}

/** The public guide's own example [S]. */
export const GUIDES_NUMBER = '49631.GD/2021/03102';
const GUIDES_MORNING = '2021-04-20T09:00:00+07:00';
const GUIDES_COUNTER = { officeCode: '03102', kind: 'GD', year: 2021, last: 49630 };

/**
 * The story of the public guide, each step through the API as its person would take it.
 * @param guide whether clock and counter are set first, so that the guide's very number comes out
 * @throws StepFailed with one sentence for a person
 */
export async function playStory(stage: Stage, { guide }: { guide: boolean }): Promise<void> {
  await findTheDesk(stage);
  if (guide) await beInApril2021(stage);
  const filed = await sendDeclaration(stage);
  await showDeclaration(stage, filed);
  showReceipt(stage, filed);
  if (guide && filed.receipt.dossierNumber !== GUIDES_NUMBER) {
    throw new StepFailed(
      `the number should be ${GUIDES_NUMBER} but is ${filed.receipt.dossierNumber}: somebody else sent a declaration in between.`,
    );
  }
  await readMail(stage, filed);
  const clerk = await approveAtTheCounter(stage, filed);
  const password = await readSms(stage, filed);
  await logInForTheFirstTime(stage, filed, password);
  await showHistory(stage, filed, clerk);
}

/** Photos, mail and SMS come by way of the desk, so without it there is no story. */
async function findTheDesk({ client }: Stage): Promise<void> {
  try {
    await client.json('GET', '/_sim/clock');
  } catch (fault) {
    if (fault instanceof Refused && fault.code === 'simulator-key-required')
      throw new StepFailed('the desk of this server asks for its key: set SIMULATOR_KEY.');
    if (fault instanceof Refused && fault.status === 404)
      throw new StepFailed('the desk of this server is off: start it with SIMULATOR_DESK=on.');
    throw fault;
  }
}

async function beInApril2021({ client, page }: Stage): Promise<void> {
  try {
    await client.json('PUT', '/_sim/counters', { json: GUIDES_COUNTER });
  } catch (fault) {
    if (!(fault instanceof Refused && fault.code === 'counter-in-use')) throw fault;
    throw new StepFailed(`the number ${GUIDES_NUMBER} is taken on this server: leave out --guide, or empty it with POST /_sim/reset.`);
  }
  await client.json('PUT', '/_sim/clock', { json: { now: GUIDES_MORNING } });
  page.facts(['Đồng hồ', 'the desk’s clock', '09:00 20/04/2021'], ['Số đã cấp', 'last number given', String(GUIDES_COUNTER.last)]);
}
