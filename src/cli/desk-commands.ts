import { startIntake, type Intake } from '../testing/start-intake.ts';
import { IntakeRefusal } from '../testing/api-client.ts';
import type { Receipt } from '../testing/citizen.ts';
import type { MessageFilter, ReceivedMessage } from '../testing/inbox.ts';
import type { JourneyName, Workspace } from '../testing/workspace.ts';
import { EXIT, UsageError } from './usage.ts';

/** What a command has to say. */
export interface Verdict {
  readonly exit: (typeof EXIT)[keyof typeof EXIT];
  /** For a person. */
  readonly text: string;
  /** The same, for `--json`. */
  readonly data: unknown;
}

/** Options as they were typed; undefined = not given. */
export interface Typed {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

type Command = (workspace: Workspace, typed: Typed, intake: Intake) => Promise<Verdict>;

/** The commands that speak to a running service. */
export const DESK_COMMANDS: Readonly<Record<string, Command>> = { seed, clock, await: awaitMessage, messages, counters };

/** @throws UsageError, IntakeRefusal, IntakeUnreachable */
export async function runDeskCommand(name: string, typed: Typed, address: { url: string; simulatorKey?: string }): Promise<Verdict> {
  const intake = await startIntake(address);
  return DESK_COMMANDS[name]!(intake.existing(textOf(typed, 'workspace') ?? 'default'), typed, intake);
}

async function clock({ clock: time }: Workspace, { words, options }: Typed): Promise<Verdict> {
  const [, what = 'get', value] = words;
  if (what === 'get') {
    const answer = await time.get();
    return { exit: EXIT.fine, text: `${answer.now}${answer.frozen ? ' (frozen)' : ''}`, data: answer };
  }
  const moves: Record<string, (() => ReturnType<typeof time.freeze>) | undefined> = {
    set: value === undefined ? undefined : () => time.set(value, options['frozen'] === true ? { frozen: true } : {}),
    advance: value === undefined ? undefined : () => time.advance(value),
    freeze: () => time.freeze(true),
    unfreeze: () => time.freeze(false),
  };
  const move = moves[what];
  if (!move) throw new UsageError('clock needs: get, set TIME, freeze, unfreeze, or advance DURATION');
  const answer = await move();
  const ran = answer.ran.map(({ at, action, declarationId }) => `  ${at}  ${action}  ${declarationId}`);
  return { exit: EXIT.fine, text: [`${answer.now}${answer.frozen ? ' (frozen)' : ''}`, ...ran].join('\n'), data: answer };
}

async function awaitMessage(workspace: Workspace, typed: Typed): Promise<Verdict> {
  const seconds = wholeOf(typed, 'timeout', 5);
  if (seconds > 60) throw new UsageError('--timeout is at most 60 seconds');
  const inboxes = channelsOf(workspace, typed);
  if (inboxes.length > 1) throw new UsageError('await needs --channel sms or --channel email');
  const message = await inboxes[0]!.waitFor(filterOf(typed), seconds);
  return { exit: EXIT.fine, text: lineOf(message), data: message };
}

async function messages(workspace: Workspace, typed: Typed): Promise<Verdict> {
  const items = (await Promise.all(channelsOf(workspace, typed).map((inbox) => inbox.all(filterOf(typed))))).flat();
  return { exit: EXIT.fine, text: items.map(lineOf).join('\n') || 'no messages', data: { items } };
}

async function counters({ counters: desk }: Workspace, typed: Typed): Promise<Verdict> {
  if (typed.words[1] === 'set') {
    const officeCode = textOf(typed, 'office');
    if (officeCode === undefined) throw new UsageError('counters set needs --office, --year and --last');
    const wish = { officeCode, kind: textOf(typed, 'kind') ?? 'GD', year: wholeOf(typed, 'year'), last: wholeOf(typed, 'last') };
    const set = await desk.set(wish);
    return { exit: EXIT.fine, text: `the next number is ${set.last + 1}.${set.kind}/${set.year}/${set.officeCode}`, data: set };
  }
  if (typed.words.length > 1) throw new UsageError('counters knows no other word than set');
  const all = await desk.continuity();
  const whole = all.every(({ continuous }) => continuous);
  const lines = all.map(
    ({ officeCode, kind, year, last, issued, gaps, continuous }) =>
      `${continuous ? 'ok  ' : 'GAP '} ${kind}/${year}/${officeCode}  last ${last}, issued ${issued}${gaps.length > 0 ? `, missing ${gaps.join(', ')}` : ''}`,
  );
  return { exit: whole ? EXIT.fine : EXIT.no, text: lines.join('\n') || 'no number was given yet', data: { counters: all } };
}

/** The workspace is made where it is not there yet. Who has a dossier already is left out, so that more may be put in later. */
async function seed(workspace: Workspace, typed: Typed, intake: Intake): Promise<Verdict> {
  const count = wholeOf(typed, 'count', 1);
  const journey = textOf(typed, 'journey');
  const wish = { seed: textOf(typed, 'seed'), profile: textOf(typed, 'profile') as '2021-04' | undefined };
  const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
  if (!(await intake.has(workspace.name))) await intake.workspace({ ...given, name: workspace.name });
  else if (Object.keys(given).length > 0)
    throw new UsageError(`${workspace.name} is there already: --seed and --profile are for a new workspace`);
  const dossiers: { dossierNumber: string | null }[] = [];
  while (dossiers.length < count) {
    const dossier = journey === undefined ? await submitted(workspace) : await workspace.journey(journey as JourneyName);
    if (dossier) dossiers.push(dossier);
  }
  const numbers = dossiers.map(({ dossierNumber }) => dossierNumber ?? 'a draft');
  return {
    exit: EXIT.fine,
    text: [`${workspace.url}: ${count} more`, ...numbers.map((number) => `  ${number}`)].join('\n'),
    data: { workspace: workspace.name, baseUrl: workspace.url, dossiers },
  };
}

const TAKEN = ['declaration-already-open', 'already-registered'];

async function submitted(workspace: Workspace): Promise<Receipt | undefined> {
  return workspace
    .citizen()
    .submits()
    .catch((fault: unknown) => {
      if (fault instanceof IntakeRefusal && TAKEN.includes(fault.code)) return undefined;
      throw fault;
    });
}

function channelsOf({ sms, mail }: Workspace, typed: Typed) {
  const channel = textOf(typed, 'channel');
  if (channel === undefined) return [sms, mail];
  if (channel !== 'sms' && channel !== 'email') throw new UsageError('--channel is sms or email');
  return [channel === 'sms' ? sms : mail];
}

function filterOf(typed: Typed): MessageFilter {
  const filter = {
    to: textOf(typed, 'to'),
    dossierNumber: textOf(typed, 'dossier'),
    template: textOf(typed, 'template'),
    state: textOf(typed, 'state'),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

function lineOf({ channel, to, template, state, subject, text }: ReceivedMessage): string {
  return `${channel} to ${to}  ${template ?? ''} (${state})\n  ${(subject ?? text).replaceAll('\n', '\n  ')}`;
}

function textOf({ options }: Typed, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function wholeOf(typed: Typed, name: string, fallback?: number): number {
  const text = textOf(typed, name);
  if (text === undefined && fallback !== undefined) return fallback;
  if (!/^\d{1,9}$/.test(text ?? '')) throw new UsageError(`--${name} needs a whole number`);
  return Number(text);
}
