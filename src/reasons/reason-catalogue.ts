import { PHOTO_SLOTS } from '../photos/photo-slot.ts';

/** Why a dossier comes back or is refused: for which part, what the citizen reads, and whether it ends the dossier. */
export interface Reason {
  /** Names of fields, photo slots, or `dossier` for the whole. */
  readonly appliesTo: readonly string[];
  readonly vi: string;
  readonly en: string;
  /** FINAL reasons reject; the others return, so that the citizen can put it right. */
  readonly final: boolean;
}

/** Grows with every change of the catalogue. */
export const REASON_CATALOGUE_VERSION = '1';

const ID_PHOTOS = ['idFront', 'idBack'];

/** No official list of codes exists; this one is ours [D], after the reasons that people report [S]. */
export const REASONS = {
  'photo-blurred': {
    appliesTo: PHOTO_SLOTS,
    vi: 'Ảnh bị mờ. Vui lòng chụp lại rõ nét.',
    en: 'The photo is blurred. Please take it again, sharp.',
    final: false,
  },
  'photo-wrong-kind': {
    appliesTo: PHOTO_SLOTS,
    vi: 'Ảnh không đúng loại yêu cầu của mục này.',
    en: 'The photo is not of the kind asked for here.',
    final: false,
  },
  'photo-wrong-person': {
    appliesTo: PHOTO_SLOTS,
    vi: 'Ảnh không phải của người khai.',
    en: 'The photo is not of the person declared.',
    final: false,
  },
  'photo-cut-off': {
    appliesTo: ID_PHOTOS,
    vi: 'Ảnh giấy tờ bị mất góc hoặc thiếu thông tin.',
    en: 'The identity paper is cut off in the photo.',
    final: false,
  },
  'paper-expired': { appliesTo: ID_PHOTOS, vi: 'Giấy tờ tùy thân đã hết hạn.', en: 'The identity paper has expired.', final: false },
  'papers-missing': {
    appliesTo: ['dossier'],
    vi: 'Thiếu giấy tờ khi đến làm thủ tục.',
    en: 'Papers were missing at the counter.',
    final: false,
  },
  'name-differs-from-paper': {
    appliesTo: ['fullName'],
    vi: 'Họ và tên khác với giấy tờ tùy thân.',
    en: 'The name differs from the identity paper.',
    final: false,
  },
  'id-number-differs-from-paper': {
    appliesTo: ['idNumber'],
    vi: 'Số giấy tờ tùy thân khai khác với bản chính.',
    en: 'The ID number differs from the original paper.',
    final: false,
  },
  'phone-wrong': {
    appliesTo: ['phone'],
    vi: 'Số điện thoại không đúng hoặc không liên lạc được.',
    en: 'The phone number is wrong or cannot be reached.',
    final: false,
  },
  'phone-not-own': {
    appliesTo: ['phone'],
    vi: 'Số điện thoại không phải của người khai.',
    en: 'The phone number is not the person’s own.',
    final: false,
  },
  'email-wrong': { appliesTo: ['email'], vi: 'Địa chỉ email không đúng.', en: 'The e-mail address is wrong.', final: false },
  'address-incomplete': {
    appliesTo: ['street', 'wardCode', 'districtCode', 'provinceCode'],
    vi: 'Địa chỉ liên hệ chưa đầy đủ hoặc chưa đúng.',
    en: 'The contact address is incomplete or wrong.',
    final: false,
  },
  'differs-from-bhxh-database': {
    appliesTo: ['insuranceNumber', 'fullName', 'idNumber', 'dossier'],
    vi: 'Thông tin khác với cơ sở dữ liệu BHXH. Vui lòng nộp tờ khai TK1-TS để điều chỉnh.',
    en: 'The data differs from the BHXH database. Please file form TK1-TS to correct it.',
    final: false,
  },
  'differs-from-population-database': {
    appliesTo: ['fullName', 'idNumber', 'dossier'],
    vi: 'Thông tin khác với cơ sở dữ liệu quốc gia về dân cư.',
    en: 'The data differs from the national population database.',
    final: false,
  },
  'account-exists': {
    appliesTo: ['dossier'],
    vi: 'Mã số BHXH đã có tài khoản. Vui lòng dùng chức năng lấy lại mật khẩu.',
    en: 'The insurance number has an account already. Please recover the password.',
    final: true,
  },
  'not-filed-by-this-person': {
    appliesTo: ['dossier'],
    vi: 'Tờ khai không do người có mã số BHXH này gửi. Mã số đã được giải phóng để người có mã số kê khai.',
    en: 'The declaration was not filed by the owner of the number. The number is free for its owner at once.',
    final: true,
  },
  'never-came': {
    appliesTo: ['dossier'],
    vi: 'Người khai không đến làm thủ tục.',
    en: 'The person never came to the office.',
    final: true,
  },
  'forged-papers': {
    appliesTo: ['dossier'],
    vi: 'Giấy tờ có dấu hiệu không hợp lệ.',
    en: 'The papers do not appear to be valid.',
    final: true,
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;

export function findReason(code: string): Reason | undefined {
  return Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode] : undefined;
}
