/** The e-mail part of a declaration, as the citizen ticked it. */
export interface MailChoice {
  readonly email: string | null;
  /** "Nhận tờ khai qua email": the declaration itself, once. */
  readonly emailCopy: boolean;
  /** The second, separate consent: notices about the dossier by mail. */
  readonly emailForNotices: boolean;
}

/**
 * Proof that the citizen agreed to mail for one purpose, together with the only address it holds for. There is no other way to make
 * one, and no mail can be put into the outbox without one: whoever ticked nothing gets no mail at all.
 */
export class MailConsent<Kind extends 'email-copy' | 'email-for-notices' | 'email-confirmation'> {
  /** Private to the language, not only to the compiler: an object that merely looks like a consent is none. */
  readonly #address: string;

  private constructor(
    readonly to: Kind,
    address: string,
  ) {
    this.#address = address;
  }

  get address(): string {
    return this.#address;
  }

  static toCopy({ email, emailCopy }: MailChoice): MailConsent<'email-copy'> | undefined {
    return emailCopy && email !== null ? new MailConsent('email-copy', email) : undefined;
  }

  /** To confirm the address itself, for who ticked any mail. */
  static toConfirmation(choice: MailChoice): MailConsent<'email-confirmation'> | undefined {
    const { email, emailCopy, emailForNotices } = choice;
    return (emailCopy || emailForNotices) && email !== null ? new MailConsent('email-confirmation', email) : undefined;
  }

  static toNotices({ email, emailForNotices }: MailChoice): MailConsent<'email-for-notices'> | undefined {
    return emailForNotices && email !== null ? new MailConsent('email-for-notices', email) : undefined;
  }
}
