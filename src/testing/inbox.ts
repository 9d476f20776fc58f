import { bodyOf, type IntakeApi, type Schema } from './api-client.ts';

export type ReceivedMessage = Schema<'InboxItemDto'>;

export interface MessageFilter {
  /** A phone in any usual spelling, or an address. */
  readonly to?: string;
  readonly dossierNumber?: string;
  /** Such as `received`, `credentials`, `returned`. */
  readonly template?: string;
  readonly state?: string;
}

export interface WaitFilter extends MessageFilter {
  /** A write's `X-Event-Cursor`, such as `workspace.cursor`: only what came of it or later. */
  readonly after?: string | undefined;
}

/** What arrived on the phones, or in the mailboxes, of a workspace's citizens. */
export class Inbox {
  constructor(
    private readonly client: IntakeApi,
    private readonly channel: 'sms' | 'email',
  ) {}

  /**
   * The newest message to somebody; where there is none yet, the first one as soon as it is there. Which one that is of several
   * on their way, a template says, or `waitFor` with a cursor.
   * @throws IntakeRefusal `nothing-arrived`, telling what arrived instead
   */
  async latest(to: string, filter: Omit<MessageFilter, 'to'> = {}): Promise<ReceivedMessage> {
    const first = await this.waitFor({ ...filter, to });
    const [newest] = await this.all({ ...filter, to });
    return newest ?? first;
  }

  /**
   * A message that fits, as soon as there is one.
   * @param seconds how long to wait for it, at most 60
   * @throws IntakeRefusal `nothing-arrived`, telling what arrived instead
   */
  async waitFor({ after, ...filter }: WaitFilter = {}, seconds = 10): Promise<ReceivedMessage> {
    const query = { ...filter, ...(after !== undefined && { after }), channel: this.channel, timeout: seconds };
    return bodyOf(this.client.GET('/_sim/await', { params: { query } }));
  }

  /** All that fit and are there, newest first. */
  async all(filter: MessageFilter = {}): Promise<ReceivedMessage[]> {
    const query = { ...filter, channel: this.channel };
    return (await bodyOf(this.client.GET('/_sim/messages', { params: { query } }))).items;
  }
}
