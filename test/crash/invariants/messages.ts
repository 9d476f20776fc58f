import { applicationOf, groupBy, rowsOf, type Invariant } from '../aftermath.ts';
import type { Application } from '../applications.ts';

interface IntentRow {
  id: string;
  declaration_id: string;
  purpose: string;
  channel: 'sms' | 'email';
  state: string;
}

interface ArrivedRow {
  provider_key: string;
  channel: 'sms' | 'email';
  recipient: string;
  dossier_number: string;
  attachments: { contentType: string }[];
}

/** What one declaration's citizen is to be told, and where. */
interface Wanted {
  readonly purpose: 'received' | 'declaration-copy';
  readonly channel: 'sms' | 'email';
  readonly recipient: string;
  readonly isWithForm: boolean;
}

export const MESSAGE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I8 every citizen has exactly one receipt, who asked for the declaration by mail exactly one mail with it, and nobody anything else',
    check: async (aftermath) => {
      const intents = await rowsOf<IntentRow>(aftermath.database, 'SELECT id, declaration_id, purpose, channel, state FROM messages');
      const arrived = await rowsOf<ArrivedRow>(
        aftermath.database,
        'SELECT provider_key, channel, recipient, dossier_number, attachments FROM simulator_inbox',
      );
      const intentsOf = groupBy(intents, (intent) => intent.declaration_id);
      const arrivedOf = groupBy(arrived, (message) => message.dossier_number);
      const find = applicationOf(aftermath);
      const wrong = aftermath.dossiers.flatMap((dossier) => {
        const application = find(dossier);
        const wanted = application ? wantedBy(application.declared) : [];
        const faults = faultsOf(wanted, intentsOf.get(dossier.id) ?? [], arrivedOf.get(dossier.dossier_number) ?? []);
        return faults.map((fault) => `${dossier.dossier_number}: ${fault}`);
      });
      const numbers = new Set(aftermath.dossiers.map((dossier) => dossier.dossier_number));
      const strays = arrived.filter(({ dossier_number: number }) => !numbers.has(number));
      return [...wrong, ...strays.map(({ dossier_number: number }) => `a message about ${number}, which is nothing`)];
    },
  },
];

function wantedBy({ phone, email, emailCopy }: Application['declared']): Wanted[] {
  const receipt: Wanted = { purpose: 'received', channel: 'sms', recipient: phone, isWithForm: false };
  if (!emailCopy || email === null) return [receipt];
  return [receipt, { purpose: 'declaration-copy', channel: 'email', recipient: email, isWithForm: true }];
}

function faultsOf(wanted: readonly Wanted[], intents: readonly IntentRow[], arrived: readonly ArrivedRow[]): string[] {
  if (intents.length !== wanted.length || arrived.length !== wanted.length) {
    return [`${wanted.length} wanted, ${intents.length} intents, ${arrived.length} messages`];
  }
  return wanted.flatMap(({ purpose, channel, recipient, isWithForm }) => {
    const intent = intents.find((one) => one.purpose === purpose && one.channel === channel);
    const message = arrived.find(({ provider_key: key }) => key === intent?.id);
    if (!intent || !message) return [`no ${purpose} by ${channel}`];
    return [
      ...(intent.state === (channel === 'sms' ? 'delivered' : 'sent') ? [] : [`the ${purpose} is ${intent.state}`]),
      ...(message.recipient === recipient ? [] : [`the ${purpose} went to somebody else`]),
      ...((message.attachments[0]?.contentType === 'application/pdf') === isWithForm ? [] : [`the ${purpose} is with or without the form`]),
    ];
  });
}
