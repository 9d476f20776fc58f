import type { PhotoMeasures } from './photo-measures.ts';
import { PHOTO_THRESHOLDS } from './photo-thresholds.ts';

/** A kind word about a photo that was accepted and could be better. */
export interface PhotoAdvice {
  readonly code: 'rather-blurred' | 'rather-dark' | 'low-resolution';
  readonly vi: string;
  readonly en: string;
}

const RATHER_BLURRED: PhotoAdvice = {
  code: 'rather-blurred',
  vi: 'Ảnh hơi mờ. Nên chụp lại để cán bộ dễ đối chiếu.',
  en: 'The photo is a little blurred. Taking it again makes it easier to verify.',
};
const RATHER_DARK: PhotoAdvice = {
  code: 'rather-dark',
  vi: 'Ảnh hơi tối. Nên chụp lại ở nơi sáng hơn.',
  en: 'The photo is a little dark. Better take it again in more light.',
};
const LOW_RESOLUTION: PhotoAdvice = {
  code: 'low-resolution',
  vi: 'Ảnh có độ phân giải thấp, chữ nhỏ có thể không đọc được. Nên gửi ảnh gốc từ máy ảnh.',
  en: 'The photo has a low resolution; small print may not be readable. Better send the camera’s original.',
};

/** What to tell the sender of an accepted photo. Never a reason to refuse it. */
export function adviceOn(measures: PhotoMeasures): PhotoAdvice[] {
  const advice: PhotoAdvice[] = [];
  if (measures.sharpness < PHOTO_THRESHOLDS.softSharpness) advice.push(RATHER_BLURRED);
  if (measures.highlights < PHOTO_THRESHOLDS.dimHighlights) advice.push(RATHER_DARK);
  if (Math.max(measures.sourceWidth, measures.sourceHeight) < PHOTO_THRESHOLDS.coarseSide) advice.push(LOW_RESOLUTION);
  return advice;
}
