/** Shorter texts are words and not secrets; to exchange them would change what is said. */
const SHORTEST = 6;

/**
 * Without a seed, ids, tokens and passwords are others each time. What stood where in a recorded answer, and what stands there now, are
 * counterparts: later calls say the one where they were recorded saying the other.
 */
export class Counterparts {
  private readonly known = new Map<string, string>();

  learn(recorded: unknown, now: unknown): void {
    if (typeof recorded === 'string' && typeof now === 'string') {
      if (recorded !== now && recorded.length >= SHORTEST) this.known.set(recorded, now);
    } else if (typeof recorded === 'object' && typeof now === 'object' && recorded !== null && now !== null) {
      for (const [name, value] of Object.entries(recorded)) this.learn(value, (now as Record<string, unknown>)[name]);
    }
  }

  /** The text as it must be said now. The longest first: one may stand within another. */
  translate(text: string): string {
    let translated = text;
    for (const [recorded, now] of [...this.known].sort(([one], [other]) => other.length - one.length))
      if (translated.includes(recorded)) translated = translated.replaceAll(recorded, now);
    return translated;
  }
}
