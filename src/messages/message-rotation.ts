import type { Database } from '../platform/database/database.ts';
import type { MessageSecrets } from './message-secrets.ts';

const BATCH = 500;

/** Seals what waits in the outbox of the current workspace anew, where the newest key did not seal it. Safe beside the relay, and to repeat. */
export class MessageRotation {
  constructor(
    private readonly database: Database,
    private readonly secrets: MessageSecrets,
  ) {}

  /** @returns how many secrets; and how many open under no key that is known */
  async run(): Promise<{ done: number; unreadable: number }> {
    const found = { done: 0, unreadable: 0 };
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const rows = await this.database.rows<{ id: string; secret: Buffer }>(
        `SELECT id, secret FROM messages WHERE secret IS NOT NULL AND substring(secret FROM 1 FOR 8) <> $1 AND id > $2 ORDER BY id LIMIT ${BATCH}`,
        [this.secrets.newestKeyId, after],
      );
      const resealed = rows.flatMap(({ id, secret }) => this.reseal(id, secret) ?? []);
      found.unreadable += rows.length - resealed.length;
      found.done += await this.write(resealed);
      if (rows.length < BATCH) return found;
      after = rows.at(-1)!.id;
    }
  }

  private reseal(id: string, old: Buffer): { id: string; old: Buffer; sealed: Buffer } | undefined {
    try {
      return { id, old, sealed: this.secrets.seal(id, this.secrets.open(id, old)) };
    } catch {
      return undefined;
    }
  }

  /** A secret that was sent meanwhile is erased, and stays so. */
  private async write(resealed: readonly { id: string; old: Buffer; sealed: Buffer }[]): Promise<number> {
    const rows = await this.database.rows(
      `UPDATE messages SET secret = anew.sealed FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS anew (id, old, sealed)
       WHERE messages.id = anew.id AND messages.secret = anew.old RETURNING messages.id`,
      [resealed.map(({ id }) => id), resealed.map(({ old }) => old), resealed.map(({ sealed }) => sealed)],
    );
    return rows.length;
  }
}
