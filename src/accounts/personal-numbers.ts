import type { Transaction } from '../platform/database/database.ts';

/** Phone and ID number of the declaration that an account rests on, which no password of it may hold; none that have been erased. */
export async function findPersonalNumbers(rows: Pick<Transaction, 'rows'>, declarationId: string): Promise<string[]> {
  const [row] = await rows.rows<{ phone: string | null; id_number: string | null }>(
    `SELECT phone, id_number FROM declarations WHERE id = $1`,
    [declarationId],
  );
  return [row?.phone, row?.id_number].filter((number) => number != null);
}
