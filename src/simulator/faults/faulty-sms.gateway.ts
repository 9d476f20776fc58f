import type { SendOutcome } from '../../messages/send-outcome.ts';
import { SmsGateway, type OutgoingSms } from '../../messages/sms.port.ts';
import { magicFault } from '../magic/magic-values.ts';
import type { InboxSmsGateway } from '../providers/inbox-sms.gateway.ts';
import type { FaultBoard } from './fault-board.ts';
import { faultsOf } from './fault-catalogue.ts';
import { pause } from './pause.ts';

/** What a gateway's 4xx are that mean "not now". */
const PASSING = [408, 429];

/** The desk's gateway behind the faults of SMS, and behind the magic phones. */
export class FaultySmsGateway extends SmsGateway {
  constructor(
    private readonly inner: InboxSmsGateway,
    private readonly board: FaultBoard,
  ) {
    super();
  }

  override async send(sms: OutgoingSms): Promise<SendOutcome> {
    const strike = magicFault('sms', sms.to) ?? (await this.board.meet(faultsOf('sms')));
    const { milliseconds = 0, seconds = 0, status = 0 } = strike?.parameters ?? {};
    switch (strike?.name) {
      case undefined:
        return this.inner.send(sms);
      case 'sms-refused':
        return { kind: 'permanent-failure', code: 'sms-refused' };
      case 'sms-timeout':
        await pause(milliseconds);
        return { kind: 'temporary-failure', code: 'timeout' };
      case 'sms-4xx':
      case 'sms-5xx':
        return { kind: status < 500 && !PASSING.includes(status) ? 'permanent-failure' : 'temporary-failure', code: `sms-${status}` };
      case 'sms-slow':
        await pause(milliseconds);
        return this.inner.send(sms);
      case 'sms-doubled':
        await this.inner.take(sms, { twice: true });
        return { kind: 'delivered' };
      case 'sms-no-receipt':
        await this.inner.take(sms);
        return { kind: 'sent' };
      case 'sms-late':
        await this.inner.take(sms, { arrivesIn: seconds, receipt: { kind: 'delivered', inSeconds: seconds } });
        return { kind: 'sent' };
      case 'sms-bounced':
        await this.inner.take(sms, { receipt: { kind: 'permanent-failure', inSeconds: seconds } });
        return { kind: 'sent' };
    }
  }
}
