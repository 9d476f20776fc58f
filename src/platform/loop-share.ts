/**
 * The part of one turn of the event loop that work in small pieces may take, in milliseconds. Hundreds of uploads bring a piece each in
 * the same turn: whatever else the service has to do would wait for all of them.
 */
const SHARE_MS = 2;

/** Pieces that may be on their way elsewhere at a time, to the disk say: each of them is held in memory until it has arrived. */
const MOST_UNDER_WAY = 8;

interface Waiting {
  readonly since: number;
  readonly go: () => void;
}

/** Who came first stands first. */
const waiting: Waiting[] = [];
let spentMs = 0;
let underWay = 0;
let isTurnAhead = false;

/**
 * Runs a piece of work in a turn of the event loop that has room for it.
 * @param since when the work began that this is a piece of: what began first is finished first, so that its next step need not wait for all
 * @param piece what keeps the event loop
 * @param onward where what was made of it goes, which keeps memory
 */
export async function inShare<T>(since: number, piece: () => T, onward?: (made: T) => Promise<void>): Promise<T> {
  if (hasRoom() && waiting.length === 0) awaitTurn();
  else await new Promise<void>((go) => standInLine({ since, go }));
  underWay++;
  try {
    const made = timed(piece);
    letNextGo();
    await onward?.(made);
    return made;
  } finally {
    underWay--;
    letNextGo();
  }
}

function timed<T>(piece: () => T): T {
  const begun = performance.now();
  try {
    return piece();
  } finally {
    spentMs += performance.now() - begun;
  }
}

function hasRoom(): boolean {
  return spentMs < SHARE_MS && underWay < MOST_UNDER_WAY;
}

function letNextGo(): void {
  if (waiting.length === 0) return;
  awaitTurn();
  if (hasRoom()) waiting.shift()!.go();
}

function standInLine(newcomer: Waiting): void {
  awaitTurn();
  const before = waiting.findLastIndex(({ since }) => since <= newcomer.since);
  waiting.splice(before + 1, 0, newcomer);
}

/** Where nothing more may be under way, whatever arrives says so. */
function awaitTurn(): void {
  if (isTurnAhead) return;
  isTurnAhead = true;
  setImmediate(() => {
    isTurnAhead = false;
    spentMs = 0;
    if (hasRoom()) letNextGo();
  });
}
