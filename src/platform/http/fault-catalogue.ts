/** What is said to a person about one fault of one field or photo, in full sentences that never repeat the input. */
export interface FaultTexts {
  readonly vi: string;
  readonly en: string;
}

/** Every `code` that may stand in `errors[]` of a problem document, with its texts. */
export const FAULTS = {
  required: { vi: 'Vui lòng nhập thông tin bắt buộc này.', en: 'This field is required.' },
  'unknown-field': { vi: 'Biểu mẫu không có trường thông tin này.', en: 'The form has no such field.' },
  'wrong-type': { vi: 'Kiểu dữ liệu của trường này không đúng.', en: 'The value is of the wrong type.' },
  'too-long': { vi: 'Nội dung dài hơn mức cho phép.', en: 'The value is longer than allowed.' },
  'bad-format': { vi: 'Nội dung không đúng định dạng.', en: 'The value does not have the right format.' },
  'bad-name-character': {
    vi: 'Họ và tên chỉ gồm chữ cái, dấu cách, dấu gạch nối và dấu nháy đơn, viết như trên giấy tờ tùy thân.',
    en: 'A name holds only letters, spaces, hyphens and apostrophes, written as on the identity paper.',
  },
  'phone-landline': {
    vi: 'Đây là số điện thoại cố định, không nhận được tin nhắn. Vui lòng nhập số điện thoại di động.',
    en: 'This is a landline, which cannot receive text messages. Please enter a mobile number.',
  },
  'phone-not-mobile': {
    vi: 'Đây không phải là số di động của Việt Nam. Vui lòng nhập số di động gồm 10 chữ số.',
    en: 'This is not a Vietnamese mobile number. Please enter a mobile number of 10 digits.',
  },
  'phone-unchanged': {
    vi: 'Đây là số điện thoại hiện có của hồ sơ.',
    en: 'This is the phone number that the dossier has already.',
  },
  'phone-differs': {
    vi: 'Số điện thoại khác với số đang chờ xác nhận. Vui lòng hỏi lại người khai.',
    en: 'The number is not the one that awaits confirmation. Please ask the person again.',
  },
  'original-differs': {
    vi: 'Số nhập từ bản chính khác với số đã khai. Vui lòng xem lại bản chính; nếu người khai ghi sai, hãy trả lại mục số giấy tờ.',
    en: 'The number typed from the original is not the declared one. Please look again; if it was declared wrongly, return the field.',
  },
  'override-not-needed': {
    vi: 'Hồ sơ này không do quý vị nhập nên không cần lý do tự duyệt. Vui lòng bỏ mục này.',
    en: 'You have not typed this dossier in, so there is nothing to override. Please leave this out.',
  },
  'email-not-single': {
    vi: 'Vui lòng chỉ nhập một địa chỉ thư điện tử, không kèm tên người nhận, dấu cách hoặc địa chỉ khác.',
    en: 'Please enter one e-mail address only, without a display name, spaces or further addresses.',
  },
  'office-unknown': {
    vi: 'Không có cơ quan BHXH mang mã này. Vui lòng chọn cơ quan trong danh sách.',
    en: 'No social insurance office has this code. Please choose an office from the list.',
  },
  'office-closed': {
    vi: 'Cơ quan BHXH này đã ngừng tiếp nhận hồ sơ. Vui lòng chọn cơ quan khác.',
    en: 'This social insurance office no longer receives dossiers. Please choose another one.',
  },
  'already-used': {
    vi: 'Giá trị này đã được dùng. Vui lòng chọn giá trị khác.',
    en: 'This value is in use already. Please choose another one.',
  },
  'office-not-own': {
    vi: 'Tại quầy chỉ nhập được tờ khai cho cơ quan của mình. Người dân ở nơi khác vẫn nộp được tại đây; sau đó có thể chuyển hồ sơ.',
    en: 'At the counter a declaration is filed at one’s own office, wherever the person lives. It can be transferred afterwards.',
  },
  'place-unknown': {
    vi: 'Mã này không có trong danh mục đơn vị hành chính.',
    en: 'This code is not in the list of provinces, districts and wards.',
  },
  'place-mismatch': {
    vi: 'Đơn vị hành chính này không thuộc đơn vị cấp trên đã chọn.',
    en: 'This place does not lie within the one chosen above it.',
  },
  'district-abolished': {
    vi: 'Từ ngày 01/7/2025 không còn đơn vị hành chính cấp huyện. Vui lòng bỏ trống mục này và chọn lại phường, xã.',
    en: 'Districts are no more since 1 July 2025. Please leave this empty and choose the ward again.',
  },
  'email-not-confirmed': {
    vi: 'Email này chưa được xác nhận. Lập tờ khai theo cách bản nháp, yêu cầu mã OTP gửi đến email (email-otp), nhập mã (email-confirmation) rồi gửi lại.',
    en: 'This address is not confirmed. In a draft, have a one-time password sent to it (email-otp), enter it (email-confirmation), then send again.',
  },
  'id-province-unknown': {
    vi: 'Ba chữ số đầu của số CCCD không phải là mã của tỉnh, thành phố nào. Vui lòng kiểm tra lại số trên thẻ.',
    en: 'The first three digits of the citizen ID number are no province’s code. Please check the number on the card.',
  },
  'id-birth-year-future': {
    vi: 'Năm sinh ghi trong số CCCD chưa tới. Vui lòng kiểm tra lại số trên thẻ.',
    en: 'The birth year within the citizen ID number lies in the future. Please check the number on the card.',
  },
  'commitment-required': {
    vi: 'Vui lòng cam kết chịu trách nhiệm về nội dung kê khai trước khi gửi tờ khai.',
    en: 'Please commit to the truth of what you declare before sending.',
  },
  'consent-required': {
    vi: 'Vui lòng đồng ý cho xử lý dữ liệu cá nhân trước khi gửi tờ khai.',
    en: 'Please agree to the processing of your personal data before sending.',
  },
  'photo-missing': {
    vi: 'Chưa có ảnh này. Vui lòng chụp hoặc tải ảnh lên.',
    en: 'This photo is missing. Please take or upload it.',
  },
  'unsupported-media-type': {
    vi: 'Tệp không phải là ảnh JPEG hoặc PNG. Vui lòng chọn ảnh khác.',
    en: 'The file is not a JPEG or PNG photo. Please choose another one.',
  },
  heic: {
    vi: 'Đây là ảnh HEIC, máy chủ không đọc được. Trên iPhone: Cài đặt → Camera → Định dạng → chọn “Tương thích nhất” rồi chụp lại; trên Android: tắt “Ảnh hiệu suất cao” (HEIF). Ảnh đã chụp: chia sẻ hoặc lưu lại dưới dạng JPEG.',
    en: 'This is a HEIC photo, which the service cannot read. On an iPhone choose Settings → Camera → Formats → “Most Compatible” and take it again; on Android switch off “High efficiency pictures” (HEIF). A photo you already have: share or save it as JPEG.',
  },
  undecodable: {
    vi: 'Không đọc được ảnh: tệp bị hỏng hoặc chưa được tải lên đầy đủ. Vui lòng chụp hoặc tải lại.',
    en: 'The photo cannot be read: the file is damaged or incomplete. Please take or upload it again.',
  },
  'too-small': {
    vi: 'Ảnh quá nhỏ. Ảnh phải có kích thước ít nhất 300×200 điểm ảnh.',
    en: 'The photo is too small. It must have at least 300×200 pixels.',
  },
  'too-many-pixels': {
    vi: 'Ảnh quá lớn. Ảnh được có tối đa 50 triệu điểm ảnh.',
    en: 'The photo is too large. It may have at most 50 megapixels.',
  },
  blank: {
    vi: 'Ảnh không có nội dung. Vui lòng chụp lại.',
    en: 'The photo shows nothing. Please take it again.',
  },
  blurred: {
    vi: 'Ảnh bị mờ. Vui lòng giữ chắc tay, lau ống kính và chụp lại.',
    en: 'The photo is blurred. Please hold the camera still, wipe the lens and take it again.',
  },
  dark: {
    vi: 'Ảnh quá tối. Vui lòng chụp lại ở nơi đủ ánh sáng.',
    en: 'The photo is too dark. Please take it again in good light.',
  },
  glare: {
    vi: 'Ảnh bị lóa sáng. Vui lòng tránh ánh đèn chiếu thẳng và chụp lại.',
    en: 'The photo has glare on it. Please keep direct light off and take it again.',
  },
  'wrong-aspect': {
    vi: 'Ảnh không đúng khuôn hình. Vui lòng chụp trọn giấy tờ hoặc khuôn mặt và không cắt thành dải hẹp.',
    en: 'The photo has the wrong proportions. Please show the whole paper or face, not a narrow strip.',
  },
  'same-as-other-slot': {
    vi: 'Ảnh này trùng với một ảnh khác của tờ khai. Vui lòng chọn đúng ảnh cho từng mục.',
    en: 'This photo is the same as another one of the declaration. Please choose the right photo for each place.',
  },
  'not-synthetic': {
    vi: 'Máy chủ này chỉ nhận dữ liệu giả định. Vui lòng dùng số, địa chỉ thư và ảnh dành cho thử nghiệm.',
    en: 'This server takes invented data only. Please use numbers, addresses and photos that were set aside for tests.',
  },
} as const satisfies Record<string, FaultTexts>;

/** A code of `errors[]`. */
export type FaultCode = keyof typeof FAULTS;
