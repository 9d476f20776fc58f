import type { PhotoMeasures } from './photo-measures.ts';
import type { PhotoSlot } from './photo-slot.ts';
import { PHOTO_THRESHOLDS } from './photo-thresholds.ts';

interface AdviceTexts {
  readonly vi: string;
  readonly en: string;
}

/** Every kind word there is, in the order in which they are said. */
const ADVICE = {
  'rather-blurred': {
    vi: 'Ảnh hơi mờ. Nên giữ chắc tay và chụp lại để cán bộ dễ đối chiếu.',
    en: 'The photo is a little blurred. Holding still and taking it again makes it easier to verify.',
  },
  'rather-dark': {
    vi: 'Ảnh hơi tối. Nên chụp lại ở nơi sáng hơn.',
    en: 'The photo is a little dark. Better take it again in more light.',
  },
  'rather-bright': {
    vi: 'Ảnh quá sáng, nhiều chỗ mất màu và mất nét. Nên tránh nắng gắt, tắt đèn flash và chụp lại.',
    en: 'The photo is too bright, and colours and details are lost. Better avoid direct sun and flash, and take it again.',
  },
  glare: {
    vi: 'Ảnh có chỗ bị lóa sáng. Nên nghiêng nhẹ giấy tờ hoặc đổi chỗ để đèn không chiếu thẳng vào và chụp lại.',
    en: 'There is glare on the photo. Better tilt the paper or move so that no lamp shines right on it, and take it again.',
  },
  'low-contrast': {
    vi: 'Ảnh nhạt, khó phân biệt chữ với nền. Nên lau ống kính và chụp lại.',
    en: 'The photo is pale, and print hardly stands out. Better wipe the lens and take it again.',
  },
  'low-resolution': {
    vi: 'Ảnh có độ phân giải thấp, chữ nhỏ có thể không đọc được. Nên gửi ảnh gốc từ máy ảnh.',
    en: 'The photo has a low resolution; small print may not be readable. Better send the camera’s original.',
  },
  'screenshot-like': {
    vi: 'Ảnh có vẻ là ảnh chụp màn hình. Nên chụp trực tiếp người hoặc giấy tờ, hoặc gửi ảnh gốc.',
    en: 'This looks like a screenshot. Better photograph the person or paper itself, or send the original photo.',
  },
  narrow: {
    vi: 'Ảnh quá dài và hẹp. Nên chụp để khuôn mặt hoặc giấy tờ chiếm gần hết khung hình.',
    en: 'The photo is long and narrow. Better let the face or paper fill most of the picture.',
  },
  'card-upright': {
    vi: 'Ảnh giấy tờ chụp dọc. Nên xoay ngang điện thoại để giấy tờ chiếm gần hết khung hình.',
    en: 'The paper was photographed upright. Better hold the phone sideways, so that the paper fills most of the picture.',
  },
  'portrait-sideways': {
    vi: 'Ảnh chân dung chụp ngang. Nên giữ điện thoại thẳng đứng để khuôn mặt chiếm gần hết khung hình.',
    en: 'The portrait was taken sideways. Better hold the phone upright, so that the face fills most of the picture.',
  },
} as const satisfies Record<string, AdviceTexts>;

export type AdviceCode = keyof typeof ADVICE;

/** A kind word about a photo that was accepted and could be better. */
export interface PhotoAdvice extends AdviceTexts {
  readonly code: AdviceCode;
}

export const ADVICE_CODES = Object.keys(ADVICE) as AdviceCode[];

/** What to tell the sender of an accepted photo. Never a reason to refuse it. */
export function adviceOn(measures: PhotoMeasures, slot: PhotoSlot): PhotoAdvice[] {
  const applies = judged(measures, slot);
  return ADVICE_CODES.filter((code) => applies[code]).map((code) => ({ code, ...ADVICE[code] }));
}

function judged(measures: PhotoMeasures, slot: PhotoSlot): Record<AdviceCode, boolean> {
  const limits = PHOTO_THRESHOLDS;
  const { sourceWidth: width, sourceHeight: height } = measures;
  const longSide = Math.max(width, height);
  const aspect = longSide / Math.min(width, height);
  const burnt = measures.blown + measures.lostColour >= limits.burntArea && measures.lostColour >= limits.burntColour;
  const shone = measures.glare >= limits.someGlare;
  const burntFace = slot === 'portrait' && !shone && measures.blownMiddle >= limits.burntFace;
  const screenShaped = aspect >= limits.screenAspect.least && aspect <= limits.screenAspect.most;
  const screenshotLike = screenShaped && measures.flatLines >= limits.screenFlatLines;
  const turned = !screenshotLike && aspect >= limits.turnedAspect;
  return {
    'rather-blurred': measures.sharpness < limits.softSharpness || measures.steadiness < limits.shakySteadiness,
    'rather-dark': measures.highlights < limits.dimHighlights,
    'rather-bright': burnt || burntFace,
    glare: shone,
    'low-contrast': measures.contrast < limits.hazyContrast,
    'low-resolution': longSide < limits.coarseSide,
    'screenshot-like': screenshotLike,
    narrow: aspect >= limits.narrowAspect,
    'card-upright': turned && slot !== 'portrait' && height > width,
    'portrait-sideways': turned && slot === 'portrait' && width > height,
  };
}
