import { COLUMN_OF_FIELD } from '../../../src/declarations/form/declaration-form.ts';
import { acknowledged, applicationOf, groupBy, type Aftermath, type DeclaredField, type Invariant } from '../aftermath.ts';
import type { Application } from '../applications.ts';
import { exchange } from '../exchange.ts';
import { inTurns } from '../in-turns.ts';

export const DOSSIER_INVARIANTS: readonly Invariant[] = [
  {
    name: 'I1 every acknowledged dossier is there, with its number and all that was sent',
    check: async (aftermath) => {
      const byId = new Map(aftermath.dossiers.map((dossier) => [dossier.id, dossier]));
      return acknowledged(aftermath).flatMap(([application, receipt]) => {
        const dossier = byId.get(receipt.id);
        if (!dossier) return [`${receipt.dossierNumber} (application ${application.serial}) is lost`];
        const differs = [
          ...(dossier.dossier_number === receipt.dossierNumber ? [] : ['dossierNumber']),
          ...(dossier.submitted_at.toISOString() === receipt.submittedAt ? [] : ['submittedAt']),
          ...changedFields(application, (field) => dossier[COLUMN_OF_FIELD[field]]),
          ...changedFields(application, (field) => (dossier.form as Record<string, unknown> | null)?.[field]).map(
            (field) => `revision's ${field}`,
          ),
        ];
        return differs.length > 0 ? [`${receipt.dossierNumber} differs in ${differs.join(', ')}`] : [];
      });
    },
  },
  {
    name: 'I1 every tracking code that was given opens its dossier',
    check: async (aftermath) => {
      const wrong = await inTurns(acknowledged(aftermath), async ([, { id, dossierNumber, trackingCode }]) => {
        const headers = { Authorization: `Bearer ${trackingCode}` };
        const outcome = await exchange({ method: 'GET', url: `${aftermath.url}/v1/declarations/${id}`, headers });
        if (outcome.kind === 'answer' && outcome.status === 200 && outcome.body.dossierNumber === dossierNumber) return undefined;
        return `${dossierNumber}: ${outcome.kind === 'answer' ? outcome.status : outcome.why}`;
      });
      return wrong.filter((example) => example !== undefined);
    },
  },
  {
    name: 'I2 no number is given twice',
    check: async (aftermath) => {
      const given = acknowledged(aftermath).map(([{ serial }, { dossierNumber }]) => ({ dossierNumber, owner: `application ${serial}` }));
      const stored = aftermath.dossiers.map(({ dossier_number: dossierNumber, id }) => ({ dossierNumber, owner: id }));
      return [given, stored].flatMap((numbers) =>
        [...groupBy(numbers, ({ dossierNumber }) => dossierNumber)]
          .filter(([, owners]) => owners.length > 1)
          .map(([number, owners]) => `${number}: ${owners.map(({ owner }) => owner).join(' and ')}`),
      );
    },
  },
  { name: 'I3 each counter has given exactly the numbers from 1 to its last', check: gaps },
  {
    name: 'I4 one key makes at most one dossier, and nobody has a dossier who did not ask for one',
    check: async (aftermath) => {
      const find = applicationOf(aftermath);
      const owners = groupBy(aftermath.dossiers, (dossier) => find(dossier)?.serial);
      return [...owners].flatMap(([serial, dossiers]) => {
        if (serial === undefined) return dossiers.map(({ dossier_number: number }) => `${number} is nobody's`);
        return dossiers.length > 1 ? [`application ${serial}: ${dossiers.map((dossier) => dossier.dossier_number).join(', ')}`] : [];
      });
    },
  },
  {
    name: 'I5 an insurance number has at most one open dossier, and of two rivals exactly one is received',
    check: async (aftermath) => {
      const live = groupBy(aftermath.dossiers, (dossier) => dossier.insurance_number);
      const twice = [...live]
        .filter(([, dossiers]) => dossiers.length > 1)
        .map(([, dossiers]) => `${dossiers.length} dossiers of one number`);
      const rivals = groupBy(
        [...aftermath.journal.endings.keys()].filter(({ hasRival }) => hasRival),
        ({ declared }) => declared.insuranceNumber,
      );
      const unfair = [...rivals].flatMap(([number, pair]) => {
        const received = pair.filter((application) => aftermath.journal.endings.get(application)?.kind === 'acknowledged').length;
        return pair.length === 2 && (received !== 1 || live.get(number)?.length !== 1)
          ? [`rivals ${pair.map(({ serial }) => serial).join(' and ')}: ${received} received, ${live.get(number)?.length ?? 0} stored`]
          : [];
      });
      return [...twice, ...unfair];
    },
  },
  {
    name: 'I12 the year in a number is the Vietnamese year of its receipt',
    check: async ({ dossiers }) =>
      dossiers
        .filter(
          ({ dossier_year: year, submitted_at: at, dossier_number: number }) =>
            vietnameseYear(at) !== year || !number.includes(`/${year}/`),
        )
        .map(({ dossier_number: number, submitted_at: at }) => `${number} received at ${at.toISOString()}`),
  },
];

async function gaps({ database, dossiers }: Aftermath): Promise<string[]> {
  const { rows } = await database.query<{ counter: string; last: number }>(
    `SELECT office_code || ' ' || kind || ' ' || year AS counter, last FROM dossier_counters`,
  );
  const given = groupBy(dossiers, (dossier) => `${dossier.receiving_office_code} ${dossier.dossier_kind} ${dossier.dossier_year}`);
  const uncounted = [...given.keys()].filter((counter) => !rows.some((row) => row.counter === counter));
  const wrong = rows.flatMap(({ counter, last }) => {
    const sequences = new Set(given.get(counter)?.map(({ dossier_sequence: sequence }) => Number(sequence)));
    const missing = Array.from({ length: Number(last) }, (_, index) => index + 1).filter((sequence) => !sequences.has(sequence));
    const beyond = [...sequences].filter((sequence) => sequence > Number(last));
    return [
      ...missing.map((sequence) => `${counter}: ${sequence} is missing`),
      ...beyond.map((sequence) => `${counter}: ${sequence} is beyond ${last}`),
    ];
  });
  return [...uncounted.map((counter) => `${counter} has no counter`), ...wrong];
}

function changedFields({ declared }: Application, stored: (field: DeclaredField) => unknown): string[] {
  return (Object.keys(declared) as DeclaredField[]).filter((field) => stored(field) !== declared[field]);
}

function vietnameseYear(at: Date): number {
  return Number(new Intl.DateTimeFormat('en', { timeZone: 'Asia/Ho_Chi_Minh', year: 'numeric' }).format(at));
}
