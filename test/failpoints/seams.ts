import { fuse } from './fuse.ts';
import type { NamedPoint } from './order.ts';
import { besideTheRequest } from './under-test.ts';

interface Seam {
  readonly point: NamedPoint;
  /** Of the built service. */
  readonly module: string;
  readonly method: `${string}.${string}`;
  readonly when: 'before' | 'after';
  /** Whether what it came to is worth a meeting. */
  readonly counts?: (result: unknown) => boolean;
}

/** Where the named points lie. A class or method that is no longer there stops the service under test at its first line. */
const SEAMS: readonly Seam[] = [
  { point: 'photo.spooled', module: 'photos/spool.storage', method: 'Spool.receive', when: 'after' },
  { point: 'key.claimed', module: 'platform/idempotency/idempotency', method: 'Idempotency.begin', when: 'after' },
  { point: 'photos.kept', module: 'declarations/submission.service', method: 'SubmissionService.keepPhotos', when: 'after' },
  { point: 'submission.before-statement', module: 'declarations/submission.store', method: 'SubmissionStore.submit', when: 'before' },
  { point: 'submission.after-statement', module: 'declarations/submission.store', method: 'SubmissionStore.submit', when: 'after' },
  { point: 'password.hashed', module: 'accounts/credentials.service', method: 'Credentials.prepare', when: 'after' },
  { point: 'relay.claimed', module: 'messages/relay.store', method: 'RelayStore.claimDue', when: 'after', counts: isNotEmpty },
  { point: 'sms.accepted', module: 'simulator/providers/inbox-sms.gateway', method: 'InboxSmsGateway.send', when: 'after' },
  { point: 'mail.accepted', module: 'messages/smtp-mailer', method: 'SmtpMailer.send', when: 'after' },
  { point: 'relay.marked', module: 'messages/relay.store', method: 'RelayStore.note', when: 'after' },
  { point: 'sweep.before-unlink', module: 'photos/directory-photo-store', method: 'DirectoryPhotoStore.delete', when: 'before' },
];

export async function fuseSeams(): Promise<void> {
  for (const seam of SEAMS) {
    await wrap(seam.module, seam.method, (work) => async (...values) => {
      if (seam.when === 'before') await fuse.line(seam.point);
      const result = await work(...values);
      if (seam.when === 'after' && seam.counts?.(result) !== false) await fuse.line(seam.point);
      return result;
    });
  }
  // What is woken after the answer has a life of its own.
  await wrap(
    'messages/relay',
    'Relay.wake',
    (work) =>
      (...values) =>
        besideTheRequest(() => work(...values)),
  );
}

type Work = (...values: unknown[]) => unknown;

async function wrap(module: string, path: string, around: (work: Work) => Work): Promise<void> {
  const [name, method] = path.split('.') as [string, string];
  const exported = (await import(new URL(`../../src/${module}.js`, import.meta.url).href)) as Record<string, { prototype: object }>;
  const prototype = exported[name]?.prototype as Record<string, Work> | undefined;
  const original = prototype?.[method];
  if (!prototype || !original) throw new Error(`there is no ${path} in ${module} any more: move its failpoint`);
  prototype[method] = function (this: object, ...values) {
    return around((...passed) => original.apply(this, passed)).call(this, ...values);
  };
}

function isNotEmpty(result: unknown): boolean {
  return (result as unknown[]).length > 0;
}
