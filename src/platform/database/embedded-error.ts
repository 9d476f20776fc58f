/** The embedded PostgreSQL cannot be started; the message is one sentence that tells a person why and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

const DISK_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left',
  EDQUOT: 'disk quota used up',
  ENOTDIR: 'a file stands where a directory is needed',
};

/** Turns a refusal of the file system into one sentence; any other fault is returned as it came. */
export function asStartError(fault: unknown, dataDir: string): unknown {
  const { code, path } = fault as NodeJS.ErrnoException;
  const reason = DISK_FAULTS[code ?? ''];
  if (reason === undefined) return fault;
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL cannot use ${path ?? dataDir}: ${reason}; DATA_DIR must be a directory with room that this user may write.`,
    {
      cause: fault,
    },
  );
}
