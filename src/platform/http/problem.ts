import { FAULTS } from './fault-catalogue.ts';
import { REFUSALS, STATUS_OF_KIND } from '../refusal-catalogue.ts';
import type { Refusal } from '../refusal.ts';
import type { Language } from '../language.ts';

/** An RFC 9457 problem document as this service writes it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request's id, for the hotline and for the log. */
  instance?: string;
  code: string;
  errors?: { pointer: string; code: string; message: string }[];
  [member: string]: unknown;
}

export function problemOf(refusal: Refusal, language: Language, requestId: string | undefined): Problem {
  const { kind, [language]: text } = REFUSALS[refusal.code];
  const { errors, state, allowedActions, heldBy, decidedBy, more } = refusal.details;
  return {
    type: `/problems/${refusal.code}`,
    title: text.title,
    status: STATUS_OF_KIND[kind],
    detail: text.detail,
    instance: requestId,
    code: refusal.code,
    ...(errors && {
      errors: errors.map(({ pointer, code, text: own }) => ({ pointer, code, message: (own ?? faultText(code))[language] })),
    }),
    ...(state && { state }),
    ...(allowedActions && { allowedActions }),
    ...(heldBy && { heldBy }),
    ...(decidedBy && { decidedBy }),
    ...more,
  };
}

/** The one problem that is no refusal. */
export const INTERNAL_ERROR = {
  code: 'internal-error',
  status: 500,
  vi: {
    title: 'Lỗi hệ thống',
    detail: 'Đã xảy ra lỗi ngoài dự kiến. Vui lòng thử lại hoặc liên hệ 19009068, kèm mã yêu cầu.',
  },
  en: {
    title: 'Internal error',
    detail: 'Something unexpected went wrong. Please try again, or call 19009068 and give the request id.',
  },
} as const;

/** What is answered when the fault is ours: a fixed sentence and the request's id, nothing of the cause. */
export function internalProblem(language: Language, requestId: string | undefined): Problem {
  return {
    type: `/problems/${INTERNAL_ERROR.code}`,
    title: INTERNAL_ERROR[language].title,
    status: INTERNAL_ERROR.status,
    detail: INTERNAL_ERROR[language].detail,
    instance: requestId,
    code: INTERNAL_ERROR.code,
  };
}

function faultText(code: string): { vi: string; en: string } {
  const catalogue: Record<string, { vi: string; en: string } | undefined> = FAULTS;
  return catalogue[code] ?? { vi: 'Giá trị không hợp lệ.', en: 'The value is not valid.' };
}
