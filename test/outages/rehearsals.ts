import { databaseFrozen, databaseRestarted, databaseStopped, deadlock, stuckLock } from './database.ts';
import { databaseDiskFull, diskFull } from './disks.ts';
import { smsDown, smtpDown } from './messages.ts';
import type { OutageOptions } from './options.ts';
import { sigterms } from './sigterms.ts';
import { slowSockets } from './slow-sockets.ts';

export interface Rehearsal extends OutageOptions {
  /** An empty one of its own. */
  readonly directory: string;
  readonly say: (line: string) => void;
}

/** Each gives a sentence for every violation; throws `Skipped` where the machine cannot give it. */
export const REHEARSALS: Readonly<Record<string, (rehearsal: Rehearsal) => Promise<string[]>>> = {
  'smtp-down': smtpDown,
  'sms-down': smsDown,
  'database-stopped': databaseStopped,
  'database-frozen': databaseFrozen,
  'database-restarted': databaseRestarted,
  'stuck-lock': stuckLock,
  deadlock,
  'photo-disk-full': diskFull('photos'),
  'key-disk-full': diskFull('photo-keys'),
  'spool-disk-full': diskFull('spool'),
  'database-disk-full': databaseDiskFull,
  'slow-sockets': slowSockets,
  sigterms,
};
