import { measure, type Figures, type MeasuredCopies } from './photo-measures.ts';

/** What a thread of `PhotoMeter` runs. */
export default function run(copies: MeasuredCopies): Figures {
  return measure(copies);
}
