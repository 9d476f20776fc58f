import { draftId } from '../harness/drafts.ts';
import type { Shot } from '../harness/http-line.ts';

/** Approvals of dossiers that one officer holds. @param args where the serial numbers begin, and what opens all of them */
export function shots({ from, staff, lease }: { from: number; staff: string; lease: string }): (serial: number) => Shot {
  return (serial) => ({
    method: 'POST',
    path: `/v1/staff/declarations/${draftId(from + serial)}/approval`,
    headers: { authorization: `Bearer ${staff}`, 'lease-token': lease, 'if-match': '"1"', 'content-type': 'application/json' },
    body: JSON.stringify({
      checklist: {
        ...{ personPresent: true, originalIdSeen: true, portraitMatches: true, phoneConfirmed: true, formSigned: true },
        originalIdNumber: `0790${String(from + serial).padStart(8, '0')}`,
        registryUnknownConfirmed: true,
      },
    }),
  });
}
