import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './platform/env.ts';
import { packageRoot } from './platform/package-root.ts';
import { NAMED_STAFF, SIMULATED_PASSWORD } from './simulator/named-staff.ts';

/** What the service offers, in a few lines for the person who started it. */
export function banner(url: string, { desk, nodeEnv, processProfile, smtpUrl }: Environment): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  const lines = [
    `bhxh-intake ${version} · ${url} · process profile ${processProfile}`,
    `  API       ${url}/v1        docs ${url}/docs   (${url}/openapi.json)`,
    `  health    ${url}/health/ready   metrics ${url}/metrics`,
    `  mail      ${smtpUrl ? 'by SMTP_URL' : 'built-in capture server on loopback'}`,
  ];
  if (desk.on) {
    lines.push(`  desk      ${url}/_sim   messages ${url}/_sim/messages${desk.key ? '   (X-Simulator-Key needed)' : ''}`);
  }
  if (desk.on && nodeEnv !== 'production') {
    lines.push(
      `  staff of the simulator, password ${SIMULATED_PASSWORD}: ${NAMED_STAFF.map(({ username, about }) => `${username} (${about})`).join(', ')}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
