import { applicationOf, groupBy, rowsOf, type Invariant } from '../aftermath.ts';

interface MessageRow {
  id: string;
  declaration_id: string;
  purpose: string;
  channel: string;
  state: string;
}

interface MailRow {
  provider_key: string;
  recipient: string;
  dossier_number: string;
  attachments: { contentType: string }[];
}

export const MESSAGE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I8 who asked for the declaration by mail has exactly one intent and one mail, and nobody else has any',
    check: async (aftermath) => {
      const messages = await rowsOf<MessageRow>(aftermath.database, 'SELECT id, declaration_id, purpose, channel, state FROM messages');
      const mails = await rowsOf<MailRow>(
        aftermath.database,
        'SELECT provider_key, recipient, dossier_number, attachments FROM simulator_inbox',
      );
      const intentsOf = groupBy(messages, (message) => message.declaration_id);
      const mailsOf = groupBy(mails, (mail) => mail.dossier_number);
      const find = applicationOf(aftermath);
      const wrong = aftermath.dossiers.flatMap((dossier) => {
        const intents = intentsOf.get(dossier.id) ?? [];
        const arrived = mailsOf.get(dossier.dossier_number) ?? [];
        const application = find(dossier);
        const expected = application?.declared.emailCopy ? 1 : 0;
        if (intents.length !== expected || arrived.length !== expected) {
          return [`${dossier.dossier_number}: ${expected} wanted, ${intents.length} intents, ${arrived.length} mails`];
        }
        const [intent] = intents;
        const [mail] = arrived;
        if (!intent || !mail) return [];
        const faults = [
          ...(intent.purpose === 'declaration-copy' && intent.channel === 'email' && intent.state === 'sent' ? [] : [`is ${intent.state}`]),
          ...(mail.provider_key === intent.id ? [] : ['is not the intended mail']),
          ...(mail.recipient === application?.declared.email ? [] : ['went to somebody else']),
          ...(mail.attachments.length === 1 && mail.attachments[0]?.contentType === 'application/pdf'
            ? []
            : ['is without the declaration']),
        ];
        return faults.length > 0 ? [`${dossier.dossier_number}: the mail ${faults.join(', ')}`] : [];
      });
      const numbers = new Set(aftermath.dossiers.map((dossier) => dossier.dossier_number));
      const strays = mails
        .filter((mail) => !numbers.has(mail.dossier_number))
        .map((mail) => `a mail about ${mail.dossier_number}, which is nothing`);
      return [...wrong, ...strays];
    },
  },
];
