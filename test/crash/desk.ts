import { exchange, type Asking } from './exchange.ts';

const LONG_MS = 120_000;

/** One token per office, of a clerk who may see its dossiers. */
export async function clerkTokens(url: string, officeCodes: Iterable<string>): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const officeCode of officeCodes) {
    const { accessToken } = await askAgain(201, { method: 'POST', url: `${url}/_sim/tokens`, body: { role: 'clerk', officeCode } });
    tokens.set(officeCode, String(accessToken));
  }
  return tokens;
}

/** Moves the domain's clock; what falls due by then has been done when this returns. */
export async function advanceClock(url: string, by: string): Promise<void> {
  await ask(200, { method: 'POST', url: `${url}/_sim/clock/advance`, body: { by }, breakOffAfter: LONG_MS });
}

/** Arms these faults of the desk, and no others. */
export async function armFaults(url: string, faults: Record<string, object>): Promise<void> {
  await askAgain(200, { method: 'PUT', url: `${url}/_sim/faults`, body: faults });
}

/** For what may be done twice: a connection that was kept for long may be closed as the question goes out. */
async function askAgain(status: number, asking: Asking): Promise<Record<string, unknown>> {
  return ask(status, asking).catch(() => ask(status, asking));
}

async function ask(status: number, asking: Asking): Promise<Record<string, unknown>> {
  const outcome = await exchange(asking);
  if (outcome.kind === 'answer' && outcome.status === status) return outcome.body;
  throw new Error(`${asking.url}: ${outcome.kind === 'answer' ? outcome.status : outcome.why}`);
}
