import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { verify } from '@node-rs/argon2';
import express, { type Request, type Response } from 'express';
import { pino } from 'pino';
import { bareDatabase } from './bare-http.ts';

/**
 * What the service answers, from express as it comes: the same bytes and content type, the same line of log. Where the service asks the
 * database, one prepared statement that finds the same; at login the same hash too. Left out: every header that is no business of HTTP's,
 * ETags and conditions, limits of attempts, the audit trail, request bodies held against rules, metrics, workspaces, languages.
 */
const replies = JSON.parse(readFileSync(process.env.REPLIES!, 'utf8')) as Record<
  'places' | 'offices' | 'office',
  { path: string; body: string }
>;

const log = pino({ base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } });
const pool = bareDatabase();
const app = express();

app.use((request, response, next) => {
  const begun = performance.now();
  const requestId = randomUUID();
  response.setHeader('X-Request-Id', requestId);
  response.once('finish', () => {
    const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
    log.info({ requestId, method: request.method, route, status: response.statusCode, ms: performance.now() - begun }, 'request completed');
  });
  next();
});

for (const { path, body } of Object.values(replies)) {
  const bytes = Buffer.from(body);
  app.get(path, (_request, response) => void response.set('Content-Type', 'application/json; charset=utf-8').send(bytes));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

app.get('/v1/me', async (request: Request, response: Response) => {
  const { rows } = await pool.query({
    name: 'me',
    text: `SELECT account.insurance_number, account.state, account.created_at, declaration.full_name, declaration.id_number, declaration.phone,
        declaration.email, declaration.dossier_number, office.code AS office_code, office.name AS office_name
      FROM public.account_sessions session JOIN public.accounts account ON account.id = session.account_id
      JOIN public.declarations declaration ON declaration.id = account.declaration_id JOIN offices office ON office.code = declaration.office_code
      WHERE session.access_hash = $1 AND session.access_until > domain_now() AND account.state <> 'LOCKED'`,
    values: [sha256(request.headers.authorization!.slice(7))],
  });
  response.status(rows[0] ? 200 : 401).json(rows[0]);
});

app.post('/v1/declarations/tracking', express.json(), async (request: Request, response: Response) => {
  const { rows } = await pool.query({
    name: 'tracking',
    text: `SELECT status, status_since, due_on, tracking_code_hash, office_code, office.name, office.phone, office.address
      FROM public.declarations declaration JOIN offices office ON office.code = declaration.office_code WHERE dossier_number = $1`,
    values: [(request.body as { dossierNumber: string }).dossierNumber],
  });
  response.status(rows[0] ? 200 : 404).json(rows[0]);
});

app.post('/v1/sessions', express.json(), async (request: Request, response: Response) => {
  const { insuranceNumber, password } = request.body as Record<string, string>;
  const { rows } = await pool.query<{ id: string; password_hash: string }>({
    name: 'account',
    text: `SELECT id, password_hash FROM public.accounts WHERE insurance_number = $1`,
    values: [insuranceNumber],
  });
  if (!rows[0] || !(await verify(rows[0].password_hash, password!))) return void response.status(401).end();
  const tokens = { accessToken: randomBytes(32).toString('base64url'), refreshToken: randomBytes(32).toString('base64url') };
  await pool.query({
    name: 'session',
    text: `INSERT INTO public.account_sessions (id, account_id, access_hash, access_until, refresh_hash, refresh_until, created_at)
      VALUES ($1, $2, $3, domain_now() + interval '15 minutes', $4, domain_now() + interval '12 hours', domain_now())`,
    values: [randomUUID(), rows[0].id, sha256(tokens.accessToken), sha256(tokens.refreshToken)],
  });
  response.status(201).json({ ...tokens, expiresIn: 900, mustChangePassword: false });
});

const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
process.on('SIGTERM', () => process.exit(0));
