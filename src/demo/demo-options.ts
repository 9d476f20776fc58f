import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** How a demonstration was asked for. */
export interface DemoOptions {
  /** A running server; undefined = the demonstration starts one of its own and stops it at the end. */
  readonly url: string | undefined;
  /** What opens the desk of a running server that asks for a key. */
  readonly simulatorKey: string | undefined;
  /** Whether the desk's clock and counter are set to those of the public guide, so that its very number comes out. */
  readonly guide: boolean;
  /** Where the PDF and the photos are saved. */
  readonly out: string;
}

export const USAGE = `npm run demo [-- options]   plays the story of the public guide, from the form to the account

  --url http://host:port   on a running server with its desk on (or BHXH_INTAKE_URL; SIMULATOR_KEY where the desk asks for one);
                           without it, the demo starts a server of its own and stops it at the end
  --guide                  on a running server too: sets the desk's clock to 20 April 2021 and the counter to 49630
  --out DIR                where the PDF and the photos are saved (default .data/demo)
`;

/** @throws Error in one sentence for an unknown or bad option */
export function readDemoOptions(args: readonly string[], environment: NodeJS.ProcessEnv): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: { url: { type: 'string' }, guide: { type: 'boolean' }, out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return 'help';
  const url = values.url ?? (environment['BHXH_INTAKE_URL'] || undefined);
  if (url !== undefined && !isHttp(url)) throw new Error('--url (or BHXH_INTAKE_URL) needs a URL such as http://127.0.0.1:3000.');
  return {
    url: url?.replace(/\/+$/, ''),
    simulatorKey: environment['SIMULATOR_KEY'] || undefined,
    guide: url === undefined || values.guide === true,
    out: resolve(values.out ?? '.data/demo'),
  };
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}
