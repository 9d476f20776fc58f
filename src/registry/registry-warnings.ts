import type { RegistryMatch } from './registry-match.ts';

export type RegistryWarning = 'number-unknown-to-registry' | 'data-differs-from-registry';

/** What a citizen is told at once, and what to do about it; it blocks nothing. It never says what the registry holds. */
export const REGISTRY_WARNINGS: Readonly<Record<RegistryWarning, { readonly vi: string; readonly en: string }>> = {
  'number-unknown-to-registry': {
    vi: 'Mã số BHXH này chưa có trong cơ sở dữ liệu của cơ quan BHXH. Vui lòng kiểm tra lại mã số; cán bộ BHXH sẽ xác nhận khi quý vị đến làm thủ tục.',
    en: 'The BHXH database does not hold this insurance number. Please check it; the clerk will confirm it when you come to the office.',
  },
  'data-differs-from-registry': {
    vi: 'Thông tin kê khai chưa khớp với cơ sở dữ liệu của cơ quan BHXH. Vui lòng kiểm tra lại; nếu thông tin kê khai là đúng, quý vị cần nộp Tờ khai tham gia, điều chỉnh thông tin BHXH, BHYT (Mẫu TK1-TS) để điều chỉnh trước khi hồ sơ được duyệt.',
    en: 'What you declared does not match the BHXH database. Please check it; if it is right, please file form TK1-TS (participation in and correction of BHXH and BHYT information) so that the database can be corrected before approval.',
  },
};

/** The warning that a match calls for, if any. A child's data may be in order: what follows from age is for the clerk. */
export function warningOf({ kind }: RegistryMatch): RegistryWarning | undefined {
  switch (kind) {
    case 'unknown-number':
      return 'number-unknown-to-registry';
    case 'differs':
    case 'differs-in-diacritics':
    case 'deceased':
      return 'data-differs-from-registry';
    case 'match':
    case 'minor':
      return undefined;
  }
}
