import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/platform/package-root.ts';
import { ownProvenance } from './marks.ts';
import { provenanceJson, provenancePage } from './pages.ts';

/** `npm run provenance` writes docs/provenance.json and docs/provenance.md out of the code's docstrings. */
const { entries, unmarked } = ownProvenance();
await writeFile(join(packageRoot(), 'docs', 'provenance.json'), provenanceJson(entries));
await writeFile(join(packageRoot(), 'docs', 'provenance.md'), provenancePage(entries));
process.stdout.write(`${entries.length} statements\n`);
for (const rule of unmarked) process.stdout.write(`without an origin: ${rule}\n`);
process.exitCode = unmarked.length > 0 ? 1 : 0;
