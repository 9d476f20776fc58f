import type { BenchLine } from './bench-line.ts';
import type { SideBySide } from './side-by-side.ts';

export interface Wish {
  /** Over in seconds: it shows that the section works, and its values are not judged. */
  readonly quick: boolean;
  /** How many dossiers the queues are measured among. */
  readonly dossiers: number;
  /** Where the service writes a profile of its processor time when it ends; a profile takes time itself, so nothing is judged. */
  readonly profile?: string | undefined;
}

export interface Findings {
  readonly lines: readonly BenchLine[];
  /** The rounds behind the lines, where something was measured beside a baseline. */
  readonly comparisons?: readonly SideBySide[];
  /** Whatever else a reader of the raw figures needs. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

/** What `npm run bench -- <name>` runs: one file, one subject. */
export interface Section {
  readonly name: string;
  /** What is measured, in a few words: the heading of its table. */
  readonly title: string;
  /** Runs only when it is named: it needs more than the project installs. */
  readonly isOnlyByName?: boolean;
  run(wish: Wish): Promise<Findings>;
}
