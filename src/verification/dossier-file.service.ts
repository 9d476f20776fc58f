import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.ts';
import type { SealedEntry } from '../audit/dossier-file.ts';
import type { Status } from '../declarations/status.rule.ts';
import type { PhotoSlot } from '../photos/photo-slot.ts';
import { Database } from '../platform/database/database.ts';
import type { Officer } from '../staff/officer.ts';
import { actorOf } from '../staff/staff.service.ts';
import type { Channel } from '../declarations/declaration.entity.ts';
import type { DeclarationRow } from '../declarations/declarations.store.ts';
import { DossierAccess } from './dossier-access.ts';

export const DOSSIER_FILE_FORMAT = 'bhxh-intake dossier file 1';

/** A dossier to be kept elsewhere and checked there: its history with the hashes, what the citizen was told, and the photos' hashes. */
export interface DossierFile {
  format: typeof DOSSIER_FILE_FORMAT;
  writtenAt: string;
  dossier: {
    id: string;
    dossierNumber: string;
    status: Status;
    since: string;
    submittedAt: string;
    revision: number;
    receivingOfficeCode: string;
    officeCode: string;
    handlingOfficeCode: string | null;
    channel: Channel;
    /** Which officer saw the original paper, when and at which office; null until it is approved. */
    originalSeen: { officerId: string; officeCode: string; at: string } | null;
  };
  entries: SealedEntry[];
  messages: { purpose: string; channel: string; state: string; attempts: number; createdAt: Date; finishedAt: Date | null }[];
  photos: { slot: PhotoSlot; sha256: string; current: boolean; receivedAt: Date }[];
}

/** Writes the file. Holds codes, times and hashes: nothing that was declared, and no officer's own words. */
@Injectable()
export class DossierFiles {
  constructor(
    private readonly database: Database,
    private readonly access: DossierAccess,
    private readonly audit: Audit,
  ) {}

  /** Everything as of one instant, while the dossier is held; that it was written is on record, and in the file. @throws Refusal `not-found` */
  async write(officer: Officer, id: string): Promise<DossierFile> {
    return this.access.changing(officer, id, () =>
      this.database.transaction(async (tx) => {
        const { row, because } = await this.access.lockOpened(tx, officer, id);
        await this.audit.record(tx, {
          subject: { kind: 'declaration', id },
          actor: actorOf(officer),
          action: 'download-file',
          details: { because },
        });
        const messages = await tx.rows<DossierFile['messages'][number]>(
          `SELECT purpose, channel, state, attempts, created_at AS "createdAt", finished_at AS "finishedAt"
           FROM messages WHERE declaration_id = $1 ORDER BY created_at, id`,
          [id],
        );
        const photos = await tx.rows<DossierFile['photos'][number]>(
          `SELECT slot, encode(sha256, 'hex') AS sha256, current, created_at AS "receivedAt"
           FROM photos WHERE declaration_id = $1 ORDER BY created_at, slot`,
          [id],
        );
        const dossier = {
          id,
          dossierNumber: row.dossier_number!,
          status: row.status,
          since: row.status_since.toISOString(),
          submittedAt: row.submitted_at!.toISOString(),
          revision: row.revision,
          receivingOfficeCode: row.receiving_office_code!,
          officeCode: row.office_code!,
          handlingOfficeCode: row.handling_office_code,
          channel: row.channel,
          originalSeen: originalSeen(row),
        };
        const entries = await this.audit.sealed(tx, id);
        return { format: DOSSIER_FILE_FORMAT, writtenAt: row.now.toISOString(), dossier, entries, messages, photos };
      }),
    );
  }
}

function originalSeen(row: DeclarationRow): DossierFile['dossier']['originalSeen'] {
  if (row.status !== 'APPROVED' || row.decided_by_id === null) return null;
  return { officerId: row.decided_by_id, officeCode: row.decided_office_code!, at: row.decided_at!.toISOString() };
}
