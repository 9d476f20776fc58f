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

/** What arrived on the phones, or in the mailboxes, of a workspace's citizens. */
export class Inbox {
  constructor(
    private readonly client: IntakeApi,
    private readonly channel: 'sms' | 'email',
  ) {}

  /** The newest message to somebody; waits for the first one. @throws IntakeRefusal `nothing-arrived`, telling what arrived instead */
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
  async waitFor(filter: MessageFilter = {}, seconds = 10): Promise<ReceivedMessage> {
    const query = { ...filter, channel: this.channel, timeout: seconds };
    return bodyOf(this.client.GET('/_sim/await', { params: { query } }));
  }

  /** All that fit and are there, newest first. */
  async all(filter: MessageFilter = {}): Promise<ReceivedMessage[]> {
    const query = { ...filter, channel: this.channel };
    return (await bodyOf(this.client.GET('/_sim/messages', { params: { query } }))).items;
  }
}
