import { createHash } from 'node:crypto';

/** An entry of the audit trail as it can be checked by anybody: `hash` is SHA-256 of `previousHash`, as bytes, and `sealed`, as UTF-8. */
export interface SealedEntry {
  /** The JSON array of subject's kind and id, sequence, microseconds since 1970, actor's kind, id and office, action, status before and after, details. */
  readonly sealed: string;
  /** Hex; empty for the first entry. */
  readonly previousHash: string;
  /** Hex. */
  readonly hash: string;
}

/** The part of a dossier's file that proves itself. */
export interface CheckableFile {
  readonly dossier: { readonly id: string; readonly status: string };
  readonly entries: readonly SealedEntry[];
}

/**
 * Checks a dossier's file without a database: every entry's hash, every link, and that the status is the one the entries lead to.
 * @returns one sentence for each thing that is wrong, naming the entry; none when all is as it was written
 */
export function faultsOfFile({ dossier, entries }: CheckableFile): string[] {
  const faults: string[] = [];
  let previousHash = '';
  let status: string | null = null;
  entries.forEach((entry, index) => {
    const name = `entry ${index + 1}`;
    if (entry.previousHash !== previousHash) faults.push(`${name} does not follow the entry before it`);
    if (hashOf(entry) !== entry.hash) faults.push(`${name} was altered`);
    const content = contentOf(entry.sealed);
    if (content?.subjectId !== dossier.id) faults.push(`${name} is of another dossier`);
    else if (content.sequence !== index + 1) faults.push(`${name} stands where entry ${String(content.sequence)} belongs`);
    status = content?.toStatus ?? status;
    previousHash = entry.hash;
  });
  if (entries.length === 0) faults.push('there is no entry');
  else if (status !== dossier.status) faults.push(`the status ${dossier.status} is not the one that the entries lead to`);
  return faults;
}

function hashOf({ previousHash, sealed }: SealedEntry): string {
  return createHash('sha256').update(Buffer.from(previousHash, 'hex')).update(sealed, 'utf8').digest('hex');
}

function contentOf(sealed: string): { subjectId: unknown; sequence: unknown; toStatus: string | null } | undefined {
  try {
    const [, subjectId, sequence, , , , , , , toStatus] = JSON.parse(sealed) as unknown[];
    return { subjectId, sequence, toStatus: typeof toStatus === 'string' ? toStatus : null };
  } catch {
    return undefined;
  }
}
