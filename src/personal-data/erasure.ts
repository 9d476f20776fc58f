import type { Audit } from '../audit/audit.service.ts';
import type { Shredding } from '../photos/shredding.ts';
import type { Database, Parameter, Transaction } from '../platform/database/database.ts';
import { erasureVerdict, type ErasureVerdict } from './erasure.rule.ts';

/** A dossier, or a draft, without anything that somebody declared in it. */
export interface FoundDossier {
  readonly id: string;
  /** Null of a draft. */
  readonly dossierNumber: string | null;
  readonly status: string;
  readonly erased: boolean;
  readonly hasAccount: boolean;
  readonly photos: number;
}

/** Whose data: the dossier of a number, or all that carry both numbers of a person. */
export type ErasureSubject = { readonly dossierNumber: string } | { readonly insuranceNumber: string; readonly idNumber: string };

const COLUMNS = `declaration.id, dossier_number AS "dossierNumber", status, erased_at IS NOT NULL AS erased,
  EXISTS (SELECT FROM accounts WHERE accounts.declaration_id = declaration.id) AS "hasAccount",
  (SELECT count(*)::int FROM photos WHERE photos.declaration_id = declaration.id) AS photos`;

/**
 * Erasure of one person's data on request, as the owner of the database: the role of requests cannot. What was declared, photos, messages,
 * notes and the account go; number, office, days, status and reason codes stay, because a number is never given twice and statistics stay
 * true; consents and the record stay as proof, and name nobody.
 */
export class Erasure {
  constructor(
    private readonly database: Database,
    private readonly shredding: Shredding,
    private readonly audit: Audit,
  ) {}

  async find(subject: ErasureSubject): Promise<FoundDossier[]> {
    const [where, parameters]: [string, Parameter[]] =
      'dossierNumber' in subject
        ? ['dossier_number = $1', [subject.dossierNumber]]
        : ['insurance_number = $1 AND id_number = $2', [subject.insuranceNumber, subject.idNumber]];
    return this.database.rows<FoundDossier>(
      `SELECT ${COLUMNS} FROM declarations declaration WHERE ${where} ORDER BY created_at`,
      parameters,
    );
  }

  /**
   * Erases, if the dossier as it stands now allows it. The photos are in the shred ledger before the commit.
   * @returns what was decided: only `erase` and `remove-draft` have changed anything
   */
  async erase(id: string, withAccount: boolean): Promise<ErasureVerdict> {
    const { verdict, shredded } = await this.database.transaction(async (tx) => {
      // Whoever was waited for may have made an account: the statement that waits reads the other tables as they were before.
      await tx.rows(`SELECT FROM declarations WHERE id = $1 FOR UPDATE`, [id]);
      const [dossier] = await tx.rows<FoundDossier>(`SELECT ${COLUMNS} FROM declarations declaration WHERE id = $1`, [id]);
      const decided = dossier ? erasureVerdict(dossier, withAccount) : 'erased-already';
      if (decided !== 'erase' && decided !== 'remove-draft') return { verdict: decided, shredded: undefined };
      const photos = await tx.rows<{ id: string }>(`DELETE FROM photos WHERE declaration_id = $1 RETURNING id`, [id]);
      await (decided === 'erase' ? this.eraseDossier(tx, id) : removeDraft(tx, id));
      return {
        verdict: decided,
        shredded: await this.shredding.condemn({ photoIds: photos.map((photo) => photo.id), declarationIds: [id] }),
      };
    });
    if (shredded) await this.shredding.carryOut(shredded);
    return verdict;
  }

  private async eraseDossier(tx: Transaction, id: string): Promise<void> {
    await tx.rows(`SELECT erase_on_request($1)`, [id]);
    await this.audit.record(tx, {
      subject: { kind: 'declaration', id },
      actor: { kind: 'system' },
      action: 'erase-on-request',
    });
  }
}

async function removeDraft(tx: Transaction, id: string): Promise<void> {
  await tx.rows(`DELETE FROM messages WHERE declaration_id = $1`, [id]);
  await tx.rows(`DELETE FROM declarations WHERE id = $1`, [id]);
}
