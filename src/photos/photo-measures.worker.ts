import { examine, type Findings, type MeasuredCopies } from './photo-measures.ts';

/** What a thread of `PhotoMeter` runs. */
export default function run(copies: MeasuredCopies): Findings {
  return examine(copies);
}
