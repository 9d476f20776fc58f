import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.ts';
import { Mailer } from './messages/mail.port.ts';
import { blueprintFor } from './migrate.ts';
import { openApiDocument } from './openapi-document.ts';
import { readEnvironment } from './platform/env.ts';
import { Keyring } from './platform/keyring.ts';
import { packageRoot } from './platform/package-root.ts';
import { SimulatorModule } from './simulator/simulator.module.ts';

/**
 * `npm run openapi` writes the API document, the desk included, to `docs/openapi.json`; `npm run openapi -- --check` only says
 * whether that file is current, by its exit status.
 */
const NOWHERE = 'postgres://nobody@127.0.0.1/nothing';

const file = join(packageRoot(), 'docs', 'openapi.json');
const current = `${JSON.stringify(await document(), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, current);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== current) {
  process.stderr.write('docs/openapi.json is not what the code says: run `npm run openapi` and commit the result.\n');
  process.exitCode = 1;
}

/** Made in preview mode, which knows every route but makes no provider: no database, no key and no port is touched. */
async function document(): Promise<object> {
  const environment = readEnvironment({});
  const assembly = {
    environment,
    databaseUrl: NOWHERE,
    keyring: new Keyring([Buffer.alloc(32)]),
    mailer: { provide: Mailer, useValue: undefined },
    desk: SimulatorModule.parts(environment, { ownerUrl: '', blueprint: blueprintFor({ ownerUrl: NOWHERE, requestUrl: NOWHERE }) }),
  };
  const app = await NestFactory.create(AppModule.of(assembly), { preview: true, logger: false, abortOnError: false });
  return openApiDocument(app);
}
