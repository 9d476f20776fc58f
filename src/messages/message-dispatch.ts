import { Injectable } from '@nestjs/common';
import { log } from '../platform/log.ts';
import { Mailer } from './mail.port.ts';
import type { DossierFacts } from './message-facts.port.ts';
import { MessageSecrets } from './message-secrets.ts';
import type { Purpose, Secret, Wording } from './message.types.ts';
import type { ClaimedMessage } from './relay.store.ts';
import type { SendOutcome } from './send-outcome.ts';
import { smsSize } from './sms-encoding.ts';
import { SmsGateway } from './sms.port.ts';
import { MAIL_TEMPLATES, SMS_TEMPLATES } from './templates/catalogue.ts';
import type { MailPurpose, SmsPurpose } from './templates/template.ts';

const MOST_MILLISECONDS = 60_000;

/** One try: what became of it, and which wording was used, once there was one. */
export interface Tried {
  readonly outcome: SendOutcome;
  readonly wording?: Wording;
}

const failedForGood = (code: string): Tried => ({ outcome: { kind: 'technical-failure', code } });
const failedForNow = (code: string): Tried => ({ outcome: { kind: 'temporary-failure', code } });

/** Says one message: wording and facts make the text, a provider takes it. */
@Injectable()
export class MessageDispatch {
  constructor(
    private readonly sms: SmsGateway,
    private readonly mailer: Mailer,
    private readonly secrets: MessageSecrets,
  ) {}

  /** Never throws, and answers within a minute, whatever a provider does. A silent provider may still deliver: the repeat has the same key. */
  async send(message: ClaimedMessage, facts: DossierFacts): Promise<Tried> {
    try {
      return await withinTime(message.channel === 'sms' ? this.sendSms(message, facts) : this.sendMail(message, facts));
    } catch (error) {
      // Its words may hold a phone or an address.
      log.warn(
        { messageId: message.id, purpose: message.purpose, kind: error instanceof Error ? error.name : typeof error },
        'a provider failed',
      );
      return failedForNow('provider-threw');
    }
  }

  private async sendSms(message: ClaimedMessage, facts: DossierFacts): Promise<Tried> {
    const { recipient, purpose, id } = message;
    if (recipient === null || !isSmsPurpose(purpose)) return failedForGood('not-sendable');
    const secret = this.secretOf(message);
    if (!secret) return failedForGood('secret-unreadable');
    const { name, version, render } = SMS_TEMPLATES[purpose];
    const text = render[facts.language](facts, secret);
    const { encoding, segments } = smsSize(text);
    if (encoding !== 'gsm-7' || segments !== 1) return failedForGood('sms-not-one-segment');
    const outcome = await this.sms.send({ key: id, to: recipient, text, template: { name, version }, reference: facts.dossierNumber });
    return { outcome, wording: { templateVersion: version, segments } };
  }

  private async sendMail(message: ClaimedMessage, facts: DossierFacts): Promise<Tried> {
    const { recipient, purpose, id, now } = message;
    if (recipient === null || !isMailPurpose(purpose)) return failedForGood('not-sendable');
    const secret = this.secretOf(message);
    if (!secret) return failedForGood('secret-unreadable');
    const { name, version, attachesForm, render } = MAIL_TEMPLATES[purpose];
    const attachments = attachesForm ? [{ filename: formName(facts), contentType: 'application/pdf', content: await facts.form() }] : [];
    const outcome = await this.mailer.send({
      key: id,
      to: recipient,
      ...render(facts, secret),
      attachments,
      date: now,
      template: { name, version },
      reference: facts.dossierNumber,
    });
    return { outcome, wording: { templateVersion: version, segments: null } };
  }

  private secretOf({ id, secret }: ClaimedMessage): Secret | undefined {
    if (secret === null) return {};
    try {
      return this.secrets.open(id, secret);
    } catch {
      return undefined;
    }
  }
}

/** A dossier number holds slashes, a file name must not: `to-khai-49631.GD-2021-03102.pdf`. */
function formName({ dossierNumber }: DossierFacts): string {
  return `to-khai-${dossierNumber.replaceAll('/', '-')}.pdf`;
}

async function withinTime(work: Promise<Tried>): Promise<Tried> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Tried>((resolve) => {
    timer = setTimeout(() => resolve(failedForNow('timeout')), MOST_MILLISECONDS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function isSmsPurpose(purpose: Purpose): purpose is SmsPurpose {
  return Object.hasOwn(SMS_TEMPLATES, purpose);
}

function isMailPurpose(purpose: Purpose): purpose is MailPurpose {
  return Object.hasOwn(MAIL_TEMPLATES, purpose);
}
