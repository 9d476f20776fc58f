import { look, until, type Theatre } from './theatre.ts';

/** What a machine may need that is short of time; not what the service may take. */
const PATIENCE_MS = 120_000;
/** From the moment at which PostgreSQL answers to the moment at which the service is ready. */
const MOST_RECOVERY_MS = 5_000;

/** By itself, and at once: what the service was kept from working does not count. */
export async function mustBecomeReady(theatre: Theatre, say: (line: string) => void): Promise<string[]> {
  const answers = () =>
    theatre
      .inDatabase((database) => database.query('SELECT 1'))
      .then(
        () => true,
        () => false,
      );
  if (!(await until(answers, PATIENCE_MS)).isSo) return ['PostgreSQL does not answer again'];
  const before = theatre.starvedMs();
  const ready = await until(async () => (await look(`${theatre.url}/health/ready`)).status === 200, PATIENCE_MS);
  if (!ready.isSo) return ['it did not become ready again'];
  const starved = theatre.starvedMs() - before;
  const told = `ready ${Math.round(ready.ms)} ms after PostgreSQL answered, of these ${Math.round(starved)} without a processor`;
  say(told);
  return ready.ms - starved > MOST_RECOVERY_MS ? [told] : [];
}
