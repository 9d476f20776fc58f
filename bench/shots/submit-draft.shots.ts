import { draftId, draftToken } from '../harness/drafts.ts';
import type { Shot } from '../harness/http-line.ts';

/** Submissions of drafts, each from an address of its own. @param args where the serial numbers of the drafts begin */
export function shots({ from }: { from: number }): (serial: number) => Shot {
  return (serial) => {
    const draft = from + serial;
    return {
      method: 'POST',
      path: `/v1/drafts/${draftId(draft)}/submission`,
      headers: {
        authorization: `Bearer ${draftToken(draft)}`,
        'idempotency-key': `bench-${draft}`,
        'x-forwarded-for': `10.${(draft >> 16) & 255}.${(draft >> 8) & 255}.${draft & 255}`,
        'accept-language': 'vi',
      },
    };
  };
}
