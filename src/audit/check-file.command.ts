import { readFile } from 'node:fs/promises';
import { faultsOfFile, type CheckableFile } from './dossier-file.ts';

/**
 * `npm run audit:check -- FILE` checks a dossier's file that was downloaded, without any database. Exit status 0 it is as it was written ·
 * 1 it is not · 2 it could not be read.
 */
const [, , path, ...more] = process.argv;
try {
  if (path === undefined || more.length > 0) throw new Error('give one file: npm run audit:check -- dossier.json');
  const file = fileOf(JSON.parse(await readFile(path, 'utf8')));
  const faults = faultsOfFile(file);
  const read = `${file.entries.length} entries of dossier ${file.dossier.id} checked`;
  process.stdout.write(
    faults.length === 0 ? `${read}: all as they were written.\n` : `${read}:\n${faults.map((fault) => `  ${fault}\n`).join('')}`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`The file could not be checked: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

function fileOf(value: unknown): CheckableFile {
  const { dossier, entries } = (value ?? {}) as Partial<CheckableFile>;
  const isFile =
    typeof dossier?.id === 'string' &&
    typeof dossier.status === 'string' &&
    Array.isArray(entries) &&
    entries.every((entry: Partial<CheckableFile['entries'][number]> | null) =>
      [entry?.sealed, entry?.previousHash, entry?.hash].every((part) => typeof part === 'string'),
    );
  if (!isFile) throw new Error('it is not the file of a dossier');
  return { dossier, entries };
}
