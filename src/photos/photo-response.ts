import { CONTENT_POLICY } from '../platform/http/browser-rules.ts';

/**
 * Headers for a stored photo shown to staff: it is a JPEG and is never taken for anything else, opens nowhere as a page, and
 * rests in no cache. The name is our id; the sender's file name was never kept.
 */
export function photoHeaders(id: string): Record<string, string> {
  return {
    'Content-Type': 'image/jpeg',
    'X-Content-Type-Options': 'nosniff',
    'Content-Disposition': `attachment; filename="${id}.jpg"`,
    'Content-Security-Policy': CONTENT_POLICY.file,
    'Cache-Control': 'no-store',
  };
}
