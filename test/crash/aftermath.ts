import pg from 'pg';
import type { DeclarationForm } from '../../src/declarations/form/declaration-form.ts';
import type { Application } from './applications.ts';
import type { Journal, Receipt } from './journal.ts';
import type { PhotoAlbum } from './photo-album.ts';

/** What is left when all is over and the service has been given time to tidy up. */
export interface Aftermath {
  readonly applications: readonly Application[];
  readonly journal: Journal;
  readonly album: PhotoAlbum;
  /** As the role that owns everything. */
  readonly database: pg.Client;
  /** Every dossier there is. */
  readonly dossiers: readonly Dossier[];
  readonly photoStore: string;
  readonly spool: string;
  /** A copy of the service. */
  readonly url: string;
  readonly logs: readonly string[];
}

/** A row of `declarations` that has left its draft. */
export interface Dossier extends Record<string, unknown> {
  readonly id: string;
  readonly status: string;
  readonly insurance_number: string;
  readonly phone: string;
  readonly dossier_number: string;
  readonly dossier_kind: string;
  readonly dossier_year: number;
  readonly dossier_sequence: number;
  readonly receiving_office_code: string;
  /** Where it is routed to now. */
  readonly office_code: string;
  readonly submitted_at: Date;
  readonly email_copy: boolean;
}

/** Something that must hold whatever died when. */
export interface Invariant<Known = Aftermath> {
  readonly name: string;
  /** @returns a sentence for every violation */
  readonly check: (aftermath: Known) => Promise<string[]>;
}

export async function rowsOf<Row extends object>(database: pg.Client, sql: string, parameters: unknown[] = []): Promise<Row[]> {
  return (await database.query<Row>(sql, parameters)).rows;
}

export function loadDossiers(database: pg.Client): Promise<Dossier[]> {
  return rowsOf(
    database,
    `SELECT declarations.*, revision.form, revision.photo_ids FROM declarations
     LEFT JOIN declaration_revisions revision ON revision.declaration_id = declarations.id AND revision.revision = declarations.revision
     WHERE status <> 'DRAFT'`,
  );
}

/** Every application that was received, with its receipt. */
export function acknowledged({ journal }: Pick<Aftermath, 'journal'>): [Application, Receipt][] {
  return [...journal.endings].flatMap(([application, ending]) => (ending.kind === 'acknowledged' ? [[application, ending.receipt]] : []));
}

/** Each application has a phone of its own, by which its dossier is found whatever else went wrong. */
export function applicationOf({
  applications,
}: Pick<Aftermath, 'applications'>): (dossier: Pick<Dossier, 'phone'>) => Application | undefined {
  const byPhone = new Map(applications.map((application) => [application.declared.phone, application]));
  return ({ phone }) => byPhone.get(phone);
}

export type DeclaredField = keyof Omit<DeclarationForm, 'consentVersion'>;

export function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
