import { execFile } from 'node:child_process';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mustBecomeReady } from './recovery.ts';
import type { Rehearsal } from './rehearsals.ts';
import { Skipped } from './skipped.ts';
import { look, Theatre, type Sent } from './theatre.ts';

const run = promisify(execFile);
const CROWD = 12;
const CHUNK = 64 * 1024;
/** Pages that tables have in reserve are used up by then. */
const MOST_UNTIL_FULL = 300;

/** What of a photo has no room: itself, its key, or the upload of it. */
type Filled = 'photos' | 'photo-keys' | 'spool';

/** One place that a photo passes has no room, and then it has. */
export const diskFull =
  (filled: Filled) =>
  async ({ directory, seed, say }: Rehearsal): Promise<string[]> => {
    const place = (name: Filled) => join(directory, 'data', name);
    return withDisk(place(filled), '4m', async (disk) => {
      const theatre = await Theatre.opens({ directory, seed, say, environment: { PHOTO_KEYS: place('photo-keys') } });
      try {
        const first = await theatre.sendMany(3);
        const findings = theatre.mustBeServedOrPutOff(first);
        const filler = await fill(disk);
        const sent = await theatre.sendMany(CROWD);
        findings.push(...mustBePutOff(theatre, sent));
        await rm(filler);
        const left = await Promise.all((['photos', 'photo-keys', 'spool'] as const).map((name) => unfinishedIn(place(name))));
        findings.push(...left.flat().map((name) => `left over: ${name}`));
        findings.push(...mustBeServed(await theatre.sendMany(3)));
        say(`${sent.length} put off while there was no room in ${filled}, served when there was`);
        return [...findings, ...(await theatre.curtain())];
      } finally {
        await theatre.close();
      }
    });
  };

/** What was begun and is not needed: of the spool everything, once nobody waits. */
async function unfinishedIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && (place.endsWith('spool') || entry.name.endsWith('.tmp')))
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The database has no room, and then it has. */
export async function databaseDiskFull({ directory, seed, say }: Rehearsal): Promise<string[]> {
  return withDisk(join(directory, 'database-disk'), '220m', async (disk) => {
    const theatre = await Theatre.opens({ directory, seed, say, databaseParent: disk });
    try {
      await theatre.sendMany(CROWD);
      const filler = await fill(disk);
      const findings: string[] = [];
      let putOff: Sent | undefined;
      let served = 0;
      for (let count = 0; !putOff && count < MOST_UNTIL_FULL; count++) {
        const sent = await theatre.send();
        if (sent.outcome.kind === 'answer' && sent.outcome.status === 201) served++;
        else putOff = sent;
        findings.push(...theatre.mustBeServedOrPutOff([sent]));
      }
      if (!putOff) findings.push('the disk was never full');
      findings.push(...theatre.mustBeServedOrPutOff(await theatre.sendMany(CROWD)));
      if ((await look(`${theatre.url}/health/live`)).status !== 200) findings.push('/health/live is not 200');
      await rm(filler);
      findings.push(...(await mustBecomeReady(theatre, say)));
      findings.push(...mustBeServed(await theatre.sendMany(CROWD)));
      say(`${served} more were received on a full disk, then they were put off`);
      return [...findings, ...(await theatre.curtain())];
    } finally {
      await theatre.close();
    }
  });
}

/** A file system of its own in memory. @throws Skipped for whoever may not mount one */
async function withDisk<T>(place: string, size: string, work: (disk: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Skipped('a small file system is mounted by root on Linux only');
  await mkdir(place, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', place]);
  } catch (error) {
    throw new Skipped(`no file system can be mounted here: ${(error as Error).message}`);
  }
  try {
    return await work(place);
  } finally {
    await run('umount', ['--lazy', place]);
  }
}

/** Takes all the room that there is. @returns the file that took it */
async function fill(disk: string): Promise<string> {
  const path = join(disk, 'filler');
  const file = await open(path, 'w');
  try {
    for (const size of [CHUNK, 512]) {
      for (let isFull = false; !isFull;) {
        isFull = await file.write(Buffer.alloc(size)).then(
          ({ bytesWritten }) => bytesWritten < size,
          (error: NodeJS.ErrnoException) => {
            if (error.code !== 'ENOSPC') throw error;
            return true;
          },
        );
      }
    }
  } finally {
    await file.close();
  }
  return path;
}

function mustBePutOff(theatre: Theatre, sent: readonly Sent[]): string[] {
  const received = sent.filter(({ outcome }) => outcome.kind === 'answer' && outcome.status === 201);
  return [
    ...theatre.mustBeServedOrPutOff(sent),
    ...received.map(({ application }) => `application ${application.serial} was received without room`),
  ];
}

function mustBeServed(sent: readonly Sent[]): string[] {
  return sent.flatMap(({ application, outcome }) =>
    outcome.kind === 'answer' && outcome.status === 201
      ? []
      : [
          `application ${application.serial} was not received when there was room again: ${outcome.kind === 'answer' ? outcome.code : outcome.why}`,
        ],
  );
}
