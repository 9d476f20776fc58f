import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readEnvironment } from '../../src/platform/env.ts';
import { packageRoot } from '../../src/platform/package-root.ts';
import { startEnvironment } from '../support/start-command.ts';

const read = (name: string) => readFileSync(join(packageRoot(), name), 'utf8');

interface Service {
  image?: string;
  build?: string;
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  configs?: { source: string; target: string }[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
}

interface Compose {
  services: Record<'app' | 'database' | 'mail', Service>;
  configs: Record<string, { content: string }>;
  volumes: Record<string, unknown>;
}

/** Fills in variables as Compose does for `${NAME:?message}`. */
function interpolated(text: string, values: Record<string, string>): string {
  return text.replace(/\$\{(\w+):\?([^}]*)\}/g, (_all, name: string, message: string) => {
    const value = values[name];
    if (!value) throw new Error(`${name} ${message}`);
    return value;
  });
}

const source = read('docker-compose.yml');

/** The secrets that the file's own comment makes, each with a value of its own. */
const SECRETS = Object.fromEntries(
  /for name in ([A-Z_ ]+);/
    .exec(source)![1]!
    .split(' ')
    .map((name, index) => [name, String(index).repeat(64)]),
);
const compose = parse(source, (_key, value: unknown) => (typeof value === 'string' ? interpolated(value, SECRETS) : value)) as Compose;
const { app, database } = compose.services;

/** Instructions of the Dockerfile with their arguments, in order. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => /^\s*(\S+)\s+(.*)$/.exec(line)!.slice(1) as [instruction: string, argument: string]);
const argumentsOf = (instruction: string, of = instructions) => of.filter(([name]) => name === instruction).map(([, argument]) => argument);
const runtime = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
const imageEnvironment = Object.fromEntries(
  argumentsOf('ENV', runtime)
    .flatMap((line) => line.trim().split(/\s+/))
    .map((pair) => pair.split('=')),
);

describe('docker-compose.yml', () => {
  it('gives the service a configuration that production accepts', () => {
    expect(readEnvironment({ ...imageEnvironment, ...app.environment })).toMatchObject({
      nodeEnv: 'production',
      host: '0.0.0.0',
      port: 3000,
      dataDir: '/data',
      smtpUrl: 'smtp://mail:1025',
      desk: { on: true, key: SECRETS['SIMULATOR_KEY'] },
    });
  });

  it.each(Object.keys(SECRETS))('refuses to start without %s', (name) => {
    expect(() => interpolated(source, { ...SECRETS, [name]: '' })).toThrow(`${name} is needed`);
  });

  it('holds no secret of its own', () => {
    const written = [...source.matchAll(/(?:PASSWORD|KEY)\w*: (.*)/g)].map(([, value]) => value);
    expect(written.length).toBeGreaterThan(0);
    for (const value of written) expect(value).toMatch(/^\$\{/);
  });

  it('lets the service in by the two roles that the database is made with', () => {
    const sql = compose.configs['roles']!.content;
    expect(database.configs).toEqual([{ source: 'roles', target: '/docker-entrypoint-initdb.d/roles.sql' }]);
    for (const [variable, secret] of [
      ['DATABASE_URL', 'REQUEST_PASSWORD'],
      ['DATABASE_OWNER_URL', 'OWNER_PASSWORD'],
    ] as const) {
      const url = new URL(app.environment![variable]!);
      expect(url.host).toBe('database:5432');
      expect(url.password).toBe(SECRETS[secret]);
      expect(database.environment![secret]).toBe(SECRETS[secret]);
      expect(sql).toContain(`CREATE ROLE ${url.username} LOGIN PASSWORD :'${secret.toLowerCase()}'`);
      expect(sql).toContain(`\\getenv ${secret.toLowerCase()} ${secret}`);
      expect(sql).toContain(`CREATE DATABASE ${url.pathname.slice(1)} OWNER intake_owner;`);
    }
    expect(sql).toContain('GRANT CONNECT ON DATABASE intake TO intake_request;');
  });

  it('publishes ports on loopback only, and the database not at all', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(published).toEqual(['127.0.0.1:3000:3000', '127.0.0.1:8025:8025']);
    expect(database.ports).toBeUndefined();
  });

  it('pins its images, keeps its data in declared volumes, and waits until what it needs is healthy', () => {
    for (const { image, build } of Object.values(compose.services)) expect(image ?? build).toMatch(/^\.$|:v?\d/);
    const volumes = Object.values(compose.services).flatMap((service) => service.volumes ?? []);
    expect(volumes.map((volume) => volume.split(':')[0]).sort()).toEqual(Object.keys(compose.volumes).sort());
    // Since 18 the image keeps a directory per major version below this one.
    expect(database.volumes).toEqual(['database:/var/lib/postgresql']);
    for (const [name, { condition }] of Object.entries(app.depends_on!)) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[name as 'database'].healthcheck?.test[0]).toBe('CMD');
    }
  });

  it('gives the service longer to stop than it takes to finish what is under way', () => {
    const drain = Number(/DRAIN_MS = ([\d_]+)/.exec(read('src/serve.ts'))![1]!.replaceAll('_', ''));
    const leave = Number(/'LEAVE_SECONDS', production \? (\d+)/.exec(read('src/platform/env.ts'))![1]);
    const messages = Number(/STOP_MILLISECONDS = ([\d_]+)/.exec(read('src/messages/relay.ts'))![1]!.replaceAll('_', ''));
    expect(Number.parseInt(app.stop_grace_period!, 10) * 1000).toBeGreaterThan(leave * 1000 + drain + messages);
  });
});

describe('Dockerfile', () => {
  it('runs the built program directly, so that SIGTERM reaches it, and as an unprivileged user', () => {
    expect(argumentsOf('CMD', runtime).map((line) => JSON.parse(line) as unknown)).toEqual([['node', 'dist/service/main.js']]);
    expect(argumentsOf('ENTRYPOINT')).toEqual([]);
    expect(argumentsOf('STOPSIGNAL', runtime)).toEqual(['SIGTERM']);
    expect(argumentsOf('USER', runtime)).toEqual(['node']);
  });

  it('keeps memory as `npm start` has it kept', () => {
    const started = startEnvironment();
    expect(Object.keys(started)).toEqual(['GLIBC_TUNABLES']);
    expect(argumentsOf('ENV', runtime).join(' ').split(/\s+/)).toEqual(
      expect.arrayContaining(Object.entries(started).map(([name, value]) => `${name}=${value}`)),
    );
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('asks the service itself whether it is ready: answer %i, exit status %i', async (answer, status) => {
    const asked: unknown[] = [];
    const service = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(answer).end();
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const [program, ...parameters] = JSON.parse(/CMD (\[.*\])$/.exec(argumentsOf('HEALTHCHECK', runtime)[0]!)![1]!) as string[];
    const check = spawn(program!, parameters, { env: { ...process.env, PORT: String((service.address() as AddressInfo).port) } });
    expect(await once(check, 'exit')).toEqual([status, null]);
    expect(asked).toEqual(['/health/ready']);
    service.close();
  });

  it('runs on a Node that the package allows, without development dependencies', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const [, major] = /^node:(\d+)-/.exec(argumentsOf('FROM')[0]!)!;
    expect(Number(major)).toBeGreaterThan(Number(/>=(\d+)/.exec(engines.node)![1]));
    const stage = instructions.slice(
      instructions.findIndex(([, argument]) => argument.endsWith('AS dependencies')),
      instructions.indexOf(runtime[0]!),
    );
    expect(argumentsOf('RUN', stage).join()).toContain('npm ci --omit=dev');
    // The project's .npmrc asks for them everywhere.
    expect(argumentsOf('COPY', stage).join()).not.toContain('.npmrc');
  });

  it('copies only what is there and what .dockerignore lets through, and no secrets or data of a run', () => {
    const [everything, ...exceptions] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const admitted = exceptions.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = argumentsOf('COPY')
      .filter((line) => !line.startsWith('--from='))
      .flatMap((line) => line.split(/\s+/).slice(0, -1))
      .map((path) => path.replace(/^\.\//, ''));
    expect([...new Set(copied)].sort()).toEqual([...admitted].sort());
    for (const path of copied) expect(existsSync(join(packageRoot(), path))).toBe(true);
    for (const secret of ['.env', '.data', '.git', 'node_modules', 'dist']) expect(admitted).not.toContain(secret);
  });

  it('git keeps neither secrets nor data of a run, and does keep the example', () => {
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['.data/', '.env', '.env.*', '!.env.example']));
  });
});
