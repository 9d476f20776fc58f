import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.ts';
import type { Declaration } from './declaration.entity.ts';

/** A declaration's row with the office it is routed to and the domain's time of the reading. */
export type DeclarationRow = Declaration & {
  office_name: string | null;
  office_phone: string | null;
  office_address: string | null;
  lease_holder_name: string | null;
  now: Date;
};

const SELECT_DECLARATION = `SELECT declaration.*, office.name AS office_name, office.phone AS office_phone, office.address AS office_address,
    holder.full_name AS lease_holder_name, domain_now() AS now
  FROM declarations declaration LEFT JOIN offices office ON office.code = declaration.office_code
  LEFT JOIN staff holder ON holder.id = declaration.lease_holder_id`;

/** Reads and locks single declarations. */
@Injectable()
export class DeclarationsStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<DeclarationRow | undefined> {
    if (!isUuid(id)) return undefined;
    const [row] = await this.database.rows<DeclarationRow>(`${SELECT_DECLARATION} WHERE declaration.id = $1`, [id], 'find_declaration');
    return row;
  }

  /** The row, held against every other change until the transaction ends. */
  async lock(tx: Transaction, id: string): Promise<DeclarationRow | undefined> {
    if (!isUuid(id)) return undefined;
    // Locked first and read after: in one statement, what is joined would still be what it was before the wait.
    await tx.rows(`SELECT FROM declarations WHERE id = $1 FOR UPDATE`, [id]);
    const [row] = await tx.rows<DeclarationRow>(`${SELECT_DECLARATION} WHERE declaration.id = $1`, [id]);
    return row;
  }

  /** The current photos' ids by slot. */
  async photoIds(declarationId: string, tx: Pick<Transaction, 'rows'> = this.database): Promise<Record<string, string>> {
    const rows = await tx.rows<{ slot: string; id: string }>(`SELECT slot, id FROM photos WHERE declaration_id = $1 AND current`, [
      declarationId,
    ]);
    return Object.fromEntries(rows.map(({ slot, id }) => [slot, id]));
  }
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
