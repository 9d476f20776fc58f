import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Action, Clerk, DossierState } from './dossier-model.ts';

/** The fencing tokens that each clerk was ever given, oldest first, by name. */
export type Purses = Record<Clerk, string[]>;

const RACE = 0.4;
const SENSIBLE = 0.6;

const CLERKS = ['A', 'B'] as const;
/** By how many minutes the clock moves: within a lease, to its very end, past it, days. */
const MOVES = [1, 5, 14, 15, 16, 60, 1_440, 4_320, 30 * 1_440];

/** One action, or two or three that are under way together. */
export function nextActions(dice: Dice, state: DossierState, purses: Purses, name: () => string): Action[] {
  const count = dice.next() < RACE ? dice.whole(2, 3) : 1;
  return Array.from({ length: count }, () => nextAction(dice, state, purses, name));
}

/** By how many minutes the clock moves on, seldom far. */
export function nextMove(dice: Dice): number {
  return dice.next() < 0.85 ? dice.pick(MOVES.slice(0, 6)) : dice.pick(MOVES);
}

function nextAction(dice: Dice, state: DossierState, purses: Purses, name: () => string): Action {
  const who = dice.pick(CLERKS);
  if (dice.next() < SENSIBLE) {
    if (state.status === 'SUBMITTED') return dice.next() < 0.9 ? { who, does: 'lease', grants: name() } : withdrawal;
    if (state.status === 'RETURNED') {
      if (dice.next() < 0.5) return { who: 'citizen', does: 'resubmit' };
      return { who: 'citizen', does: 'amend', ifMatch: version(dice, state) };
    }
    if (state.lease) {
      const { holder, token } = state.lease;
      const does = dice.pick(['renew', 'release', 'return', 'return', 'return', 'approve', 'reject'] as const);
      if (does === 'renew' || does === 'release') return { who: holder, does, token };
      return { who: holder, does, token, ifMatch: state.version };
    }
  }
  const does = dice.pick([
    'read',
    'lease',
    'lease',
    'renew',
    'release',
    'approve',
    'return',
    'reject',
    'transfer',
    'withdraw',
    'amend',
    'resubmit',
  ] as const);
  switch (does) {
    case 'read':
      return { who, does };
    case 'lease':
      return { who, does, grants: name() };
    case 'renew':
    case 'release':
      return { who, does, token: token(dice, purses) };
    case 'withdraw':
      return dice.next() < 0.3 ? withdrawal : { who, does: 'read' };
    case 'resubmit':
      return { who: 'citizen', does };
    case 'amend':
      return { who: 'citizen', does, ifMatch: version(dice, state) };
    case 'approve':
    case 'return':
    case 'reject':
    case 'transfer':
      return { who, does, token: token(dice, purses), ifMatch: version(dice, state) };
  }
}

const withdrawal = { who: 'citizen', does: 'withdraw' } as const;

/** Anybody's, of any age, or none. */
function token(dice: Dice, purses: Purses): string | undefined {
  const known = [...purses.A, ...purses.B];
  return dice.next() < 0.15 || known.length === 0 ? undefined : dice.next() < 0.5 ? known.at(-1) : dice.pick(known);
}

/** The current one, one that has passed, or none. */
function version(dice: Dice, state: DossierState): number | undefined {
  const chance = dice.next();
  return chance < 0.7 ? state.version : chance < 0.9 ? state.version - 1 : undefined;
}
