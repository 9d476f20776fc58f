/**
 * The part of one turn of the event loop that work in small pieces may take, in milliseconds. Hundreds of uploads bring a piece each in
 * the same turn: whatever else the service has to do would wait for all of them.
 */
const SHARE_MS = 2;

interface Waiting {
  readonly since: number;
  readonly go: () => void;
}

/** Who came first stands first. */
const waiting: Waiting[] = [];
let spentMs = 0;
let isTurnAhead = false;

/**
 * Runs a piece of work in a turn of the event loop that has room for it.
 * @param since when the work began that this is a piece of: what began first is finished first, so that its next step need not wait for all
 */
export async function inShare<T>(since: number, piece: () => T): Promise<T> {
  awaitTurn();
  if (spentMs >= SHARE_MS || waiting.length > 0) await new Promise<void>((go) => standInLine({ since, go }));
  const begun = performance.now();
  try {
    return piece();
  } finally {
    spentMs += performance.now() - begun;
    if (spentMs < SHARE_MS) waiting.shift()?.go();
  }
}

function standInLine(newcomer: Waiting): void {
  const before = waiting.findLastIndex(({ since }) => since <= newcomer.since);
  waiting.splice(before + 1, 0, newcomer);
}

function awaitTurn(): void {
  if (isTurnAhead) return;
  isTurnAhead = true;
  setImmediate(() => {
    isTurnAhead = false;
    spentMs = 0;
    const first = waiting.shift();
    if (!first) return;
    awaitTurn();
    first.go();
  });
}
