import type { Language } from '../platform/language.ts';
import type { Channel, Purpose } from './message.types.ts';

/** The message that facts are wanted for. */
export interface MessageSubject {
  readonly id: string;
  readonly declarationId: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly issue: number;
}

/** What the wordings are made of: the dossier at the moment of sending. */
export interface DossierFacts {
  /** The language in which the citizen sent the declaration. A mail is in both, an SMS has room for one. */
  readonly language: Language;
  /** Empty while it is a draft, which has none: the one message then is about an address, and names nothing else. */
  readonly dossierNumber: string;
  /** Mã số BHXH, which is also the account's name. */
  readonly insuranceNumber: string;
  readonly fullName: string;
  readonly submittedAt: Date;
  /** The phone that the account's password goes to, E.164. */
  readonly phone: string;
  /** Whether the citizen is to mend something, rather than to come. */
  readonly awaitsCorrection: boolean;
  /** Whether the message's occasion is over, so that it would say what is no longer so: a correction that has been sent, say. */
  readonly isOver: boolean;
  /** When the dossier expires if nothing happens, in its present status. */
  readonly expiresAt: Date;
  /** The office that holds the dossier. */
  readonly office: { readonly code: string; readonly name: string; readonly address: string | null; readonly phone: string | null };
  /**
   * Why the dossier was returned or rejected, one complete sentence each, as the citizen is to read it; empty for other purposes. May
   * hold what an officer typed: mail escapes it, SMS never carries it.
   */
  readonly reasons: readonly { readonly vi: string; readonly en: string }[];
  /** The declaration as PDF. Asked for only when it is attached; must not block the event loop. */
  form(): Promise<Buffer>;
}

/**
 * Where the relay learns what to say. The room that owns the dossiers implements it: this one must not know them.
 */
export abstract class MessageFacts {
  /**
   * One query for all. A message without an entry in the answer has lost its dossier and fails for good.
   * @returns facts by message id
   */
  abstract load(subjects: readonly MessageSubject[]): Promise<ReadonlyMap<string, DossierFacts>>;
}
