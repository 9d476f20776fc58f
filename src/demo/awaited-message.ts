import type { ReceivedMessage } from './answers.ts';
import { Refused, StepFailed } from './intake-client.ts';
import type { Filed, Stage } from './story.ts';

const SECONDS = 30;

/** The message as soon as it arrives at the desk, which stands for the citizen's phone and mailbox. */
export async function awaitMessage(
  { client }: Stage,
  { receipt }: Filed,
  of: { channel: 'sms' | 'email'; template: string },
): Promise<ReceivedMessage> {
  const query = new URLSearchParams({ ...of, dossierNumber: receipt.dossierNumber, timeout: String(SECONDS) });
  try {
    return (await client.json<ReceivedMessage>('GET', `/_sim/await?${query.toString()}`)).body;
  } catch (fault) {
    if (!(fault instanceof Refused && fault.code === 'nothing-arrived')) throw fault;
    throw new StepFailed(
      `no ${of.channel} message reached the desk within ${SECONDS} s. Of a server that has an SMTP_URL it holds the mail that was taken there.`,
    );
  }
}
