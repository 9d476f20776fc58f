import { describe, expect, it } from '@jest/globals';
import { isSpec, readJson, sources, withoutComments, type Source } from './sources.ts';

interface Danger {
  pattern: RegExp;
  /** Who does it all the same, and why that is no danger. */
  allowed?: Record<string, string>;
  /** Lines that must be found. */
  seen: string[];
  /** Lines that must not. */
  passed?: string[];
}

/** Programs of their own that call a service from outside, and are never loaded by it. */
const CLIENTS = {
  'src/cli/cli.command.ts': 'a program of its own: starts the service or the demo',
  'src/cli/doctor.ts': 'a program of its own: looks whether the port is free',
  'src/demo/intake-client.ts': 'a program of its own: calls the service that it shows',
  'src/demo/own-server.ts': 'a program of its own: starts the service that it shows',
  'src/testing/api-client.ts': 'the kit, in other teams’ processes: calls the service under test',
  'src/testing/intake-process.ts': 'the kit, in other teams’ processes: starts the service under test',
};

/** Calls that are dangerous wherever they stand, by what they do; each is named here where it is needed. */
const DANGERS: Record<string, Danger> = {
  'runs text as code': {
    pattern: /\beval\(|\bnew Function\(|\bFunction\('|'node:vm'/,
    seen: ['eval(x)', 'new Function("a", x)', "import { runInNewContext } from 'node:vm'"],
  },
  'starts a program': {
    pattern: /from 'node:child_process'|\bcluster\.fork\(/,
    allowed: {
      ...CLIENTS,
      'src/platform/database/embedded-processes.ts': 'ps, with numbers of processes only',
      'src/platform/database/embedded-server.ts': 'the embedded PostgreSQL, with what the configuration says',
    },
    seen: ["import { spawn } from 'node:child_process'"],
  },
  'starts a shell': {
    pattern: /(?<![.\w])exec(?:Sync)?\(|\bshell:|['"](?:sh|bash|cmd|powershell)['"]/,
    seen: ["exec('ls ' + name)", 'execSync(line)', "spawn('x', [], { shell: true })", "spawn('sh', ['-c', line])"],
    passed: ['const found = PATTERN.exec(text);', "execFile('ps', [pid])"],
  },
  'makes a pattern out of text': {
    pattern: /\bnew RegExp\(|(?<![\w.])RegExp\(/,
    allowed: {
      'src/declarations/rules/full-name.rule.ts': 'of a constant',
      'src/platform/text/vietnamese.ts': 'of letters in a constant',
      'src/qr/place-writing.ts': 'of abbreviations in a constant',
    },
    seen: ['new RegExp(`^${typed}`)', 'return RegExp(typed)'],
  },
  'calls somebody': {
    pattern:
      /\bfetch\(|^import (?!type )[^;]*from 'node:(?:http|https|http2|net|tls|dgram|dns)'|\bcreateTransport\(|\bnew pg\.(?:Client|Pool)\(/m,
    allowed: {
      ...CLIENTS,
      'src/messages/smtp-mailer.ts': 'SMTP_URL and nobody else',
      'src/platform/database/connections.ts': 'DATABASE_URL and DATABASE_OWNER_URL and nobody else',
      'src/platform/database/embedded-server.ts': 'asks the system for a free port',
      'src/platform/env.ts': 'tells only whether a text is an address',
      'src/platform/limits/address-block.ts': 'tells only what kind of address it is',
      'src/simulator/runs/replay.ts': 'npm run replay: the service that whoever types it names; follows no redirect',
    },
    seen: [
      'await fetch(url)',
      "import { request } from 'node:https'",
      "import { lookup } from 'node:dns'",
      'nodemailer.createTransport({ url })',
      'new pg.Pool({ connectionString })',
    ],
    passed: ["import type { IncomingMessage } from 'node:http'"],
  },
  'sends a browser elsewhere': {
    pattern: /\.redirect\(|\bRedirect\b|\.location\(|'Location'|"Location"/,
    allowed: {
      'src/platform/http/answers.ts': 'where what was made can be read, or an upload goes on: a path of this service',
      'src/platform/http/configure-http.ts': 'lets scripts read the header',
      'src/simulator/faults/http-faults.ts': 'takes the header away',
    },
    seen: ['response.redirect(url)', "response.setHeader('Location', url)", "import { Redirect } from '@nestjs/common'"],
  },
  'sets a cookie': {
    pattern: /\.cookie\(|set-cookie|cookie-parser|express-session/i,
    seen: ["response.cookie('session', token)", "response.setHeader('Set-Cookie', token)"],
  },
  'serves files by their path': {
    pattern: /express\.static|useStaticAssets|serve-static|\.sendFile\(|\.download\(/i,
    seen: ["app.use(express.static('public'))", "app.useStaticAssets('public')", 'response.sendFile(path)'],
  },
  'hashes by what is no SHA-256': {
    pattern: /\bcreateHash\((?!'sha256'\))|\bcreateHmac\((?!'sha256')|\bhkdf(?:Sync)?\((?!'sha256')|\bmd5\(|\bpbkdf2|\bscrypt/i,
    allowed: {
      'src/photos/upload-parts.storage.ts': 'the checksum of tus, by which a client finds faults of its line; SHA-1 is its default',
    },
    seen: ["createHash('md5')", "createHash('sha1')", 'createHash(algorithm)', "createHmac('sha1', key)", 'SELECT md5(name)'],
    passed: ["createHash('sha256')", "createHmac('sha256', key)", "hkdfSync('sha256', master, salt, info, 32)"],
  },
  'enciphers by what is not AES-256-GCM': {
    pattern:
      /create(?:Dec|C)ipheriv\((?!'aes-256-gcm'|(?:SPOOL_)?ALGORITHM,)|\bALGORITHM = (?!'aes-256-gcm')|publicEncrypt|createSign\(|generateKeyPair/,
    seen: [
      "createCipheriv('aes-256-cbc', key, iv)",
      "const ALGORITHM = 'aes-256-ctr'",
      'createDecipheriv(given, key, iv)',
      "createSign('RSA-SHA256')",
    ],
    passed: ['createCipheriv(ALGORITHM, key, nonce)', "export const SPOOL_ALGORITHM = 'aes-256-gcm';"],
  },
  'throws dice that can be foretold': {
    pattern: /\bMath\.random\(|(?<![\w.])random\(\)|pseudoRandomBytes/,
    seen: ['Math.random()', 'SELECT random()'],
    passed: ['this.randomness.token()'],
  },
  'makes objects of what it reads': {
    pattern: /from 'node:v8'|\bdeserialize\(|from '(?:yaml|js-yaml|xml2js|fast-xml-parser|node-serialize|ldapjs|xpath)'/,
    allowed: { 'src/platform/heap-growth.ts': 'sets a flag' },
    seen: ["import { deserialize } from 'node:v8'", "import { parse } from 'yaml'"],
  },
  'writes to the console': {
    pattern: /\bconsole\.\w+\(/,
    seen: ['console.log(form)'],
  },
};

const running = sources('src', 'migrations')
  .filter((source) => !isSpec(source))
  .map(({ path, text }) => ({ path, text: withoutComments(text) }));

describe.each(Object.entries(DANGERS))('what %s', (_what, { pattern, allowed = {}, seen, passed = [] }) => {
  it('is seen', () => {
    expect(seen.filter((line) => !pattern.test(line))).toEqual([]);
    expect(passed.filter((line) => pattern.test(line))).toEqual([]);
  });

  it('stands nowhere but where it is known', () => {
    const found = running.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
    expect(found.filter((path) => !Object.hasOwn(allowed, path))).toEqual([]);
  });
});

/** What a log line says: the last argument of each call, when there is more than one, and else the only one. */
function sayings({ text }: Pick<Source, 'text'>): string[] {
  return [...text.matchAll(/\blog\.(?:trace|debug|info|warn|error|fatal)\(/g)].map(({ index, 0: begin }) => {
    const from = index + begin.length;
    let depth = 1;
    let last = from;
    let at = from;
    for (; depth > 0; at++) {
      if ('([{'.includes(text[at]!)) depth++;
      else if (')]}'.includes(text[at]!)) depth--;
      else if (text[at] === ',' && depth === 1 && text.slice(at + 1).trimStart()[0] !== ')') last = at + 1;
    }
    return text
      .slice(last, at - 1)
      .trim()
      .replace(/,$/, '');
  });
}

describe('a log line', () => {
  /** Words of the code itself, or of one of two. */
  const LITERAL = /^'[^']*'$|^\w+ \? '[^']*' : '[^']*'$/;

  it('says what the code says: nothing that was sent is ever a format', () => {
    const known = {
      'src/platform/log.ts': 'what Nest says: the only argument, and so no format',
      'src/platform/unseen.ts': 'passes on the words of its callers',
      'src/serve.ts': 'what the embedded PostgreSQL is doing: the only argument, and so no format',
    };
    const found = running.map(({ path, text }) => ({ path, odd: sayings({ text }).filter((saying) => !LITERAL.test(saying)) }));
    expect(found.flatMap(({ path }) => path).length).toBeGreaterThan(200);
    expect(found.filter(({ path, odd }) => odd.length > 0 && !Object.hasOwn(known, path))).toEqual([]);
  });

  it('that is made of something else is seen', () => {
    const text = "log.warn({ a: f(1, 2) }, 'fine'); log.info('fine too'); log.error({ error }, given); log.info(`${name} came`);";
    expect(sayings({ text })).toEqual(["'fine'", "'fine too'", 'given', '`${name} came`']);
    expect(sayings({ text }).filter((saying) => LITERAL.test(saying))).toHaveLength(2);
  });
});

describe('the packages of the application', () => {
  it('bring no second cryptography beside Node’s own: argon2 alone, which Node does not have', () => {
    const { dependencies } = readJson<{ dependencies: Record<string, string> }>('package.json');
    const cryptographic = /crypt|argon|scrypt|hash|jwt|jose|forge|nacl|noble|sodium|cipher/;
    expect(Object.keys(dependencies).filter((name) => cryptographic.test(name))).toEqual(['@node-rs/argon2']);
  });
});
