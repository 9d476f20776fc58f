import type { RegistryMatch } from './registry-match.ts';

export type RegistryWarning = 'number-unknown-to-registry' | 'data-differs-from-registry' | 'registers-through-guardian';

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
  'registers-through-guardian': {
    vi: 'Theo cơ sở dữ liệu của cơ quan BHXH, người có mã số này chưa đủ 14 tuổi. Trẻ em đăng ký qua tài khoản của cha, mẹ hoặc người giám hộ; vui lòng cùng cha, mẹ hoặc người giám hộ mang giấy khai sinh đến cơ quan BHXH.',
    en: 'According to the BHXH database the owner of this number is under 14. Children register through the account of a parent or guardian; please come to the office with them and the birth certificate.',
  },
};

/** What a clerk is told to do about a declaration that does not simply match. */
export const CLERK_ADVICE: Readonly<Record<Exclude<RegistryMatch['kind'], 'match'>, { readonly vi: string; readonly en: string }>> = {
  'unknown-number': {
    vi: 'Đối chiếu mã số với thẻ BHYT hoặc sổ BHXH bản chính; chỉ duyệt khi đã xác nhận mã số (registryUnknownConfirmed).',
    en: 'Check the number against the original health card or book; approve only with the number confirmed (registryUnknownConfirmed).',
  },
  differs: {
    vi: 'Không duyệt được khi thông tin còn khác cơ sở dữ liệu. Hướng dẫn người khai nộp Mẫu TK1-TS để điều chỉnh, hoặc trả lại mục khai sai.',
    en: 'Cannot be approved while the data differ. Have the person file form TK1-TS to correct the database, or return what was declared wrongly.',
  },
  'differs-in-diacritics': {
    vi: 'Họ tên chỉ khác dấu. Đối chiếu giấy tờ bản chính: nếu cơ sở dữ liệu sai thì hướng dẫn nộp Mẫu TK1-TS.',
    en: 'The names differ in diacritics only. Check the original paper; where the database is wrong, have form TK1-TS filed.',
  },
  deceased: {
    vi: 'Cơ sở dữ liệu ghi người này đã mất: không duyệt được. Nếu người khai có mặt, hướng dẫn nộp Mẫu TK1-TS để điều chỉnh.',
    en: 'The database says that this person has died: cannot be approved. Where the person stands before you, have form TK1-TS filed.',
  },
  minor: {
    vi: 'Chưa đủ 14 tuổi: hướng dẫn đăng ký qua tài khoản của cha, mẹ hoặc người giám hộ, kèm giấy khai sinh.',
    en: 'Under 14: have the child registered through the account of a parent or guardian, with the birth certificate.',
  },
};

/** The warning that a match calls for, if any. */
export function warningOf({ kind }: RegistryMatch): RegistryWarning | undefined {
  switch (kind) {
    case 'unknown-number':
      return 'number-unknown-to-registry';
    case 'differs':
    case 'differs-in-diacritics':
    case 'deceased':
      return 'data-differs-from-registry';
    case 'minor':
      return 'registers-through-guardian';
    case 'match':
      return undefined;
  }
}
