import { PHOTO_SLOTS } from '../photos/photo-slot.ts';

/** Why a dossier comes back or is refused: for which part, what the citizen reads, and whether it ends the dossier. */
export interface Reason {
  /** Names of fields, photo slots, or `dossier` for the whole. */
  readonly appliesTo: readonly string[];
  /** What is wrong, and what to do next: whole sentences, read as they stand. */
  readonly vi: string;
  readonly en: string;
  /** FINAL reasons reject; the others return (RETRY), so that the citizen can put it right. */
  readonly final: boolean;
  /** What the citizen is asked to change beside the part that the reason was given for. */
  readonly unlocks: readonly string[];
}

/**
 * Grows with every change of the catalogue, and is recorded with each decision. A code is never taken away and never changes its
 * meaning [D]: what was decided years ago must still be readable.
 */
export const REASON_CATALOGUE_VERSION = '3';

const ID_PHOTOS = ['idFront', 'idBack'] as const;
const ADDRESS = ['street', 'wardCode', 'districtCode', 'provinceCode'] as const;
const DOSSIER = ['dossier'] as const;
const INSURANCE_NUMBER = ['insuranceNumber'] as const;
/** Another paper has another number, may be of another kind, and needs photos of its own. */
const ANOTHER_PAPER = ['idType', 'idNumber', ...ID_PHOTOS] as const;

const retry = <Part extends string>(appliesTo: readonly Part[], vi: string, en: string) =>
  ({ appliesTo, vi, en, final: false, unlocks: [] }) as const;
/** Asks for more than the part that it is given for. */
const unlocking = <Part extends string, Other extends string>(
  unlocks: readonly Other[],
  appliesTo: readonly Part[],
  vi: string,
  en: string,
) => ({ appliesTo, vi, en, final: false, unlocks }) as const;
const final = (vi: string, en: string) => ({ appliesTo: DOSSIER, vi, en, final: true, unlocks: [] }) as const;

/** No official list of codes exists; this one is ours [D], after the reasons that people report [S]. */
export const REASONS = {
  // --- photos -----------------------------------------------------------------------------------------------------------
  'photo-blurred': retry(PHOTO_SLOTS, 'Ảnh bị mờ. Vui lòng chụp lại rõ nét.', 'The photo is blurred. Please take it again, sharp.'),
  'photo-dark': retry(
    PHOTO_SLOTS,
    'Ảnh quá tối, không nhìn rõ. Vui lòng chụp lại ở nơi đủ sáng.',
    'The photo is too dark to see. Please take it again in good light.',
  ),
  'photo-wrong-kind': retry(
    PHOTO_SLOTS,
    'Ảnh không đúng loại yêu cầu của mục này. Vui lòng chụp lại đúng nội dung của mục.',
    'The photo is not of the kind asked for here. Please take the one that is asked for.',
  ),
  'photo-wrong-person': retry(
    PHOTO_SLOTS,
    'Ảnh không phải của người khai. Vui lòng gửi ảnh của chính người khai.',
    'The photo is not of the person declared. Please send one that is.',
  ),
  'face-covered': retry(
    ['portrait'],
    'Khuôn mặt bị che (khẩu trang, kính, tóc). Vui lòng chụp lại để thấy rõ cả khuôn mặt.',
    'The face is covered (mask, glasses, hair). Please take it again with the whole face to be seen.',
  ),
  'portrait-not-alike': retry(
    ['portrait'],
    'Ảnh không còn giống người khai hiện nay. Vui lòng chụp ảnh mới.',
    'The portrait no longer looks like the person. Please take a new one.',
  ),
  'photo-cut-off': retry(
    ID_PHOTOS,
    'Ảnh giấy tờ bị mất góc hoặc thiếu thông tin. Vui lòng chụp lại đủ bốn góc.',
    'The identity paper is cut off in the photo. Please take it again with all four corners.',
  ),
  'photo-glare': retry(
    ID_PHOTOS,
    'Ảnh giấy tờ bị lóa nên mất chữ. Vui lòng tắt đèn flash, nghiêng giấy tờ và chụp lại.',
    'Glare hides some of the print. Please switch the flash off, tilt the paper and take it again.',
  ),
  'photo-not-original': retry(
    ID_PHOTOS,
    'Ảnh chụp từ bản sao hoặc từ màn hình. Vui lòng chụp từ giấy tờ bản chính.',
    'The photo was taken of a copy or of a screen. Please take it of the original paper.',
  ),
  'photo-sides-swapped': unlocking(
    ID_PHOTOS,
    ID_PHOTOS,
    'Mặt trước và mặt sau bị đảo, hoặc một mặt được gửi hai lần. Vui lòng gửi lại từng mặt đúng mục.',
    'Front and back are swapped, or one side was sent twice. Please send each side in its own place.',
  ),
  'photo-of-other-paper': unlocking(
    ID_PHOTOS,
    ID_PHOTOS,
    'Hai mặt không thuộc cùng một giấy tờ, hoặc khác giấy tờ đã khai. Vui lòng chụp lại cả hai mặt của giấy tờ đã khai.',
    'The two sides are not of one paper, or not of the one declared. Please take both sides of the declared paper.',
  ),

  // --- the identity paper -------------------------------------------------------------------------------------------------
  'paper-expired': unlocking(
    ANOTHER_PAPER,
    ID_PHOTOS,
    'Giấy tờ tùy thân đã hết hạn. Vui lòng đổi giấy tờ rồi gửi lại ảnh của giấy tờ mới.',
    'The identity paper has expired. Please have it renewed, then send photos of the new one.',
  ),
  'paper-damaged': unlocking(
    ANOTHER_PAPER,
    ID_PHOTOS,
    'Giấy tờ tùy thân hư hỏng, không đọc được. Vui lòng đổi giấy tờ, hoặc khai bằng giấy tờ khác còn hiệu lực.',
    'The identity paper is damaged and cannot be read. Please have it replaced, or declare another valid one.',
  ),
  'paper-not-accepted': unlocking(
    ANOTHER_PAPER,
    ['idType', ...ID_PHOTOS],
    'Loại giấy tờ này không được chấp nhận. Vui lòng khai giấy tờ khác còn hiệu lực mà tờ khai chấp nhận, như CCCD hoặc hộ chiếu.',
    'This kind of paper is not accepted. Please declare another valid one that the form takes, such as a citizen identity card or a passport.',
  ),
  'id-type-wrong': retry(
    ['idType'],
    'Loại giấy tờ đã khai khác với giấy tờ xuất trình. Vui lòng chọn lại loại và số giấy tờ.',
    'The kind of paper declared is not the one shown. Please choose kind and number again.',
  ),
  'id-number-differs-from-paper': retry(
    ['idNumber'],
    'Số giấy tờ tùy thân khai khác với bản chính. Vui lòng khai lại đúng số trên bản chính.',
    'The ID number differs from the original paper. Please declare the number as it stands there.',
  ),
  'name-differs-from-paper': retry(
    ['fullName'],
    'Họ và tên khác với giấy tờ tùy thân. Vui lòng khai lại đúng như trên giấy tờ.',
    'The name differs from the identity paper. Please declare it as it stands there.',
  ),
  'name-without-diacritics': retry(
    ['fullName'],
    'Họ và tên viết tắt, thiếu chữ hoặc thiếu dấu. Vui lòng khai đầy đủ, có dấu.',
    'The name is shortened, or lacks words or diacritics. Please declare it in full, with diacritics.',
  ),

  // --- the insurance number and the databases -----------------------------------------------------------------------------
  'insurance-number-wrong': retry(
    ['insuranceNumber'],
    'Mã số BHXH không phải của người khai. Vui lòng xem lại trên thẻ BHYT hoặc dùng chức năng tra cứu mã số.',
    'The insurance number is not the person’s own. Please read it from the health insurance card, or look it up.',
  ),
  'several-insurance-numbers': unlocking(
    INSURANCE_NUMBER,
    ['insuranceNumber', 'dossier'],
    'Người khai có nhiều mã số BHXH. Vui lòng nộp tờ khai TK1-TS để gộp về một mã số, rồi gửi lại với mã số được giữ.',
    'The person has several insurance numbers. Please file form TK1-TS to have them merged, then send again with the one that is kept.',
  ),
  'differs-from-bhxh-database': retry(
    ['insuranceNumber', 'fullName', 'idNumber', 'dossier'],
    'Thông tin khác với cơ sở dữ liệu BHXH. Vui lòng nộp tờ khai TK1-TS để điều chỉnh.',
    'The data differs from the BHXH database. Please file form TK1-TS to correct it.',
  ),
  'differs-from-population-database': retry(
    ['fullName', 'idNumber', 'dossier'],
    'Thông tin khác với cơ sở dữ liệu quốc gia về dân cư. Vui lòng liên hệ công an cấp xã để điều chỉnh.',
    'The data differs from the national population database. Please have it corrected at the commune police.',
  ),

  // --- how the person is reached ------------------------------------------------------------------------------------------
  'phone-wrong': retry(
    ['phone'],
    'Số điện thoại không đúng hoặc không liên lạc được. Vui lòng khai số đang sử dụng.',
    'The phone number is wrong or cannot be reached. Please declare one that is in use.',
  ),
  'phone-not-own': retry(
    ['phone'],
    'Số điện thoại không phải của người khai. Vui lòng khai số của chính mình.',
    'The phone number is not the person’s own. Please declare your own.',
  ),
  'phone-used-by-another-account': retry(
    ['phone'],
    'Số điện thoại đã dùng cho tài khoản của người khác. Vui lòng khai số khác, hoặc đến cơ quan BHXH nếu gia đình dùng chung.',
    'The phone number is used by another person’s account. Please declare another, or visit an office if your family shares it.',
  ),
  'email-wrong': retry(
    ['email'],
    'Địa chỉ email không đúng. Vui lòng khai lại, hoặc bỏ chọn nhận email.',
    'The e-mail address is wrong. Please correct it, or untick the mails.',
  ),
  'email-not-own': retry(
    ['email'],
    'Địa chỉ email là của người khác. Vui lòng khai địa chỉ của mình, hoặc bỏ chọn nhận email.',
    'The e-mail address is somebody else’s. Please declare your own, or untick the mails.',
  ),
  'address-incomplete': retry(
    ADDRESS,
    'Địa chỉ liên hệ chưa đầy đủ hoặc chưa đúng. Vui lòng khai đủ số nhà, đường và chọn đúng xã, huyện, tỉnh.',
    'The contact address is incomplete or wrong. Please give house number and street, and choose ward, district and province.',
  ),
  'address-outdated': retry(
    ADDRESS,
    'Người khai không còn ở địa chỉ này. Vui lòng khai địa chỉ liên hệ hiện nay.',
    'The person no longer lives at this address. Please declare the present one.',
  ),

  // --- at the counter ----------------------------------------------------------------------------------------------------
  'papers-missing': retry(
    DOSSIER,
    'Thiếu giấy tờ khi đến làm thủ tục. Vui lòng gửi lại tờ khai và mang đủ giấy tờ.',
    'Papers were missing at the counter. Please send the declaration again and bring them all.',
  ),
  'original-not-shown': retry(
    DOSSIER,
    'Chưa xuất trình giấy tờ tùy thân bản chính. Vui lòng gửi lại tờ khai và mang theo bản chính.',
    'The original identity paper was not shown. Please send the declaration again and bring the original.',
  ),
  'form-not-signed': retry(
    DOSSIER,
    'Tờ khai chưa được ký. Vui lòng gửi lại tờ khai rồi ký tại cơ quan BHXH.',
    'The form was not signed. Please send the declaration again and sign it at the office.',
  ),
  'came-for-somebody-else': retry(
    DOSSIER,
    'Người đến làm thủ tục không phải người khai. Vui lòng gửi lại tờ khai; người khai cần trực tiếp đến.',
    'Somebody else came to the office. Please send the declaration again; the person declared must come.',
  ),

  // --- what ends a dossier -----------------------------------------------------------------------------------------------
  'account-exists': final(
    'Mã số BHXH đã có tài khoản. Vui lòng dùng chức năng lấy lại mật khẩu.',
    'The insurance number has an account already. Please recover the password.',
  ),
  'not-filed-by-this-person': final(
    'Tờ khai không do người có mã số BHXH này gửi. Mã số đã được giải phóng để người có mã số kê khai.',
    'The declaration was not filed by the owner of the number. The number is free for its owner at once.',
  ),
  'never-came': final(
    'Người khai không đến làm thủ tục. Quý vị có thể gửi tờ khai mới khi có thể đến.',
    'The person never came to the office. You may send a new declaration when you can come.',
  ),
  'forged-papers': final(
    'Giấy tờ có dấu hiệu không hợp lệ. Nếu có nhầm lẫn, vui lòng mang bản chính đến cơ quan BHXH.',
    'The papers do not appear to be valid. If this is a mistake, please take the originals to the office.',
  ),
  'duplicate-declaration': final(
    'Người khai đã có hồ sơ khác. Vui lòng theo dõi hồ sơ đó; không cần gửi lại.',
    'The person has another dossier. Please follow that one; nothing need be sent again.',
  ),
  'insurance-number-merged': final(
    'Mã số BHXH này đã được gộp vào mã số khác. Vui lòng gửi tờ khai mới với mã số được giữ.',
    'This insurance number was merged into another one. Please send a new declaration with the one that is kept.',
  ),
  'no-identity-paper': final(
    'Người khai không có giấy tờ tùy thân dùng được cho thủ tục này. Vui lòng làm CCCD rồi gửi tờ khai mới.',
    'The person has no identity paper that this procedure takes. Please obtain one, then send a new declaration.',
  ),
  minor: final(
    'Người khai là trẻ em. Vui lòng đăng ký cho con từ tài khoản của cha, mẹ hoặc người giám hộ.',
    'The person is a child. Please register children from the account of a parent or guardian.',
  ),
  'person-deceased': final(
    'Theo dữ liệu, người có mã số này đã mất. Nếu có nhầm lẫn, vui lòng liên hệ cơ quan BHXH.',
    'By the records, the owner of this number has died. If this is a mistake, please contact the office.',
  ),
  'ended-at-own-request': final(
    'Hồ sơ được kết thúc theo đề nghị của người khai tại quầy. Quý vị có thể gửi tờ khai mới bất cứ lúc nào.',
    'The dossier was ended as the person wished at the counter. You may send a new declaration at any time.',
  ),
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;

/** A part that some reason unlocks beside the one that it is given for. */
export type UnlockedPart = (typeof REASONS)[ReasonCode]['unlocks'][number];

export function unlockedBy(code: string): readonly UnlockedPart[] {
  return Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode].unlocks : [];
}

export function findReason(code: string): Reason | undefined {
  return Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode] : undefined;
}
