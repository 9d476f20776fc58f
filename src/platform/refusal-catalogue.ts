/** Kinds of refusal and the HTTP status each one is answered with: the only place where the two meet. */
export const STATUS_OF_KIND = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  timeout: 408,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  invalid: 422,
  'precondition-required': 428,
  'too-many': 429,
  /** The tus protocol's own status. */
  'checksum-mismatch': 460,
  unavailable: 503,
} as const;

export type RefusalKind = keyof typeof STATUS_OF_KIND;

export interface RefusalEntry {
  kind: RefusalKind;
  vi: { title: string; detail: string };
  en: { title: string; detail: string };
}

const entry = (kind: RefusalKind, vi: [string, string], en: [string, string]): RefusalEntry => ({
  kind,
  vi: { title: vi[0], detail: vi[1] },
  en: { title: en[0], detail: en[1] },
});

/**
 * Every way the service says no, as data: code, kind, and the sentence a person reads. The problem filter, the page
 * `/problems/<code>` and the OpenAPI document are made from this table.
 */
export const REFUSALS = {
  // --- the request itself ---------------------------------------------------------------------------------------------
  'malformed-request': entry(
    'malformed',
    ['Yêu cầu không đọc được', 'Nội dung yêu cầu sai cú pháp, có phần lạ, bị lặp hoặc đặt sai chỗ.'],
    ['Malformed request', 'The request cannot be parsed, or holds an unknown, repeated or misplaced part.'],
  ),
  'idempotency-key-missing': entry(
    'malformed',
    ['Thiếu Idempotency-Key', 'Khi gửi tờ khai phải có tiêu đề Idempotency-Key để việc gửi lại không tạo hồ sơ thứ hai.'],
    ['Idempotency-Key missing', 'Submitting needs the header Idempotency-Key, so that a retry never makes a second dossier.'],
  ),
  'idempotency-key-invalid': entry(
    'malformed',
    ['Idempotency-Key không hợp lệ', 'Idempotency-Key gồm 1 đến 255 ký tự ASCII nhìn thấy được.'],
    ['Idempotency-Key invalid', 'An Idempotency-Key is 1 to 255 visible ASCII characters.'],
  ),
  'client-id-invalid': entry(
    'malformed',
    ['X-Client-Id không hợp lệ', 'X-Client-Id gồm 1 đến 255 ký tự ASCII nhìn thấy được.'],
    ['X-Client-Id invalid', 'An X-Client-Id is 1 to 255 visible ASCII characters.'],
  ),
  unauthenticated: entry(
    'unauthenticated',
    ['Chưa xác thực', 'Thiếu mã truy cập, hoặc mã truy cập sai, hết hạn hay đã bị thu hồi.'],
    ['Not authenticated', 'The access token is missing, wrong, expired or revoked.'],
  ),
  'invalid-credentials': entry(
    'unauthenticated',
    ['Không đăng nhập được', 'Tên đăng nhập hoặc mật khẩu không đúng.'],
    ['Could not log in', 'The login name or the password is wrong.'],
  ),
  forbidden: entry(
    'forbidden',
    ['Không có quyền', 'Tài khoản này không có quyền thực hiện việc đó.'],
    ['Forbidden', 'This account has no right to do that.'],
  ),
  'password-change-required': entry(
    'forbidden',
    ['Phải đổi mật khẩu', 'Đây là mật khẩu cấp lần đầu. Vui lòng đổi mật khẩu trước khi sử dụng.'],
    ['Password change required', 'This is a first password. Please change it before anything else.'],
  ),
  'simulator-key-required': entry(
    'forbidden',
    ['Cần khóa của bàn mô phỏng', 'Tiêu đề X-Simulator-Key bị thiếu hoặc không đúng.'],
    ['Simulator key required', 'The header X-Simulator-Key is missing or wrong.'],
  ),
  'not-found': entry(
    'not-found',
    ['Không tìm thấy', 'Không có nội dung nào ở địa chỉ này, hoặc quý vị không được xem.'],
    ['Not found', 'There is nothing here, or nothing that you may see.'],
  ),
  'workspace-unknown': entry(
    'not-found',
    ['Không có không gian làm việc này', 'Không gian làm việc được nêu không tồn tại.'],
    ['Workspace unknown', 'The workspace named by the request does not exist.'],
  ),
  'nothing-arrived': entry(
    'not-found',
    ['Chưa có tin nào', 'Không có tin nhắn hay thư nào khớp trong thời gian chờ.'],
    ['Nothing arrived', 'No matching message arrived within the waiting time.'],
  ),
  'method-not-allowed': entry(
    'method-not-allowed',
    ['Phương thức không dùng được', 'Địa chỉ này có thật nhưng không nhận phương thức HTTP đó.'],
    ['Method not allowed', 'This path exists but does not take that HTTP method.'],
  ),
  'not-acceptable': entry(
    'not-acceptable',
    ['Không có dạng trả lời phù hợp', 'Máy chủ không có dạng nội dung mà tiêu đề Accept yêu cầu.'],
    ['Not acceptable', 'The server has no representation that the Accept header would take.'],
  ),
  'request-timeout': entry(
    'timeout',
    ['Hết thời gian nhận yêu cầu', 'Yêu cầu đến quá chậm nên bị ngắt. Vui lòng gửi lại.'],
    ['Request timeout', 'The request arrived too slowly and was cut. Please send it again.'],
  ),
  'payload-too-large': entry(
    'too-large',
    ['Nội dung quá lớn', 'Mỗi ảnh tối đa 10 MiB; nội dung khác cũng có giới hạn riêng.'],
    ['Payload too large', 'A photo may have 10 MiB at most; other content has limits of its own.'],
  ),
  'unsupported-media-type': entry(
    'unsupported-media-type',
    [
      'Định dạng không được hỗ trợ',
      'Ảnh phải là JPEG hoặc PNG thật (xét theo nội dung, không theo tên tệp). Ảnh HEIC: hãy chọn "Tương thích nhất" trong cài đặt máy ảnh hoặc chuyển sang JPEG.',
    ],
    [
      'Unsupported media type',
      'Photos must really be JPEG or PNG (by content, not by name). HEIC: choose “Most compatible” in the camera settings or convert to JPEG. Other bodies are JSON.',
    ],
  ),
  'precondition-required': entry(
    'precondition-required',
    ['Thiếu If-Match', 'Hãy gửi kèm If-Match với ETag của lần đọc gần nhất.'],
    ['If-Match required', 'Send If-Match with the ETag of your last read.'],
  ),
  'precondition-failed': entry(
    'precondition-failed',
    ['Nội dung đã thay đổi', 'Nội dung đã được thay đổi sau lần đọc của quý vị. Vui lòng tải lại.'],
    ['Changed meanwhile', 'It was changed after you read it. Please read it again.'],
  ),
  'tus-version-unsupported': entry(
    'precondition-failed',
    ['Phiên bản tus không được hỗ trợ', 'Hãy gửi kèm Tus-Resumable: 1.0.0.'],
    ['tus version not supported', 'Send Tus-Resumable: 1.0.0.'],
  ),
  'upload-header-invalid': entry(
    'malformed',
    ['Tiêu đề tải lên không hợp lệ', 'Một tiêu đề của giao thức tus bị thiếu hoặc sai; xem header.'],
    ['Upload header invalid', 'A header of the tus protocol is missing or wrong; see header.'],
  ),
  'checksum-mismatch': entry(
    'checksum-mismatch',
    ['Dữ liệu bị sai lệch', 'Phần vừa gửi không khớp mã kiểm tra nên không được ghi nhận. Vui lòng gửi lại từ vị trí cũ.'],
    ['Checksum mismatch', 'The bytes do not match their checksum and were not taken. Please send them again from the same offset.'],
  ),
  'too-many-attempts': entry(
    'too-many',
    ['Quá nhiều lần thử', 'Đã thử quá nhiều lần. Vui lòng đợi rồi thử lại.'],
    ['Too many attempts', 'There were too many attempts. Please wait and try again.'],
  ),
  'service-unavailable': entry(
    'unavailable',
    ['Tạm thời gián đoạn', 'Hệ thống đang bận hoặc tạm ngừng. Nội dung chưa được ghi nhận; vui lòng gửi lại sau.'],
    ['Temporarily unavailable', 'The service is busy or interrupted. Nothing was recorded; please try again.'],
  ),

  // --- input ------------------------------------------------------------------------------------------------------------
  'validation-failed': entry(
    'invalid',
    ['Thông tin chưa hợp lệ', 'Một số thông tin chưa đúng; xem danh sách errors.'],
    ['Validation failed', 'Some of the input is not valid; see errors.'],
  ),
  'email-otp-not-asked': entry(
    'conflict',
    ['Không cần xác nhận email', 'Quy trình hiện hành không yêu cầu xác nhận email trước khi gửi tờ khai.'],
    ['No confirmation asked', 'The process in force does not have e-mail addresses confirmed before sending.'],
  ),
  'email-otp-refused': entry(
    'invalid',
    ['Mã OTP không đúng', 'Mã OTP sai, đã dùng hoặc đã hết hạn. Vui lòng yêu cầu mã mới.'],
    ['One-time password refused', 'It is wrong, spent or expired. Please ask for a new one.'],
  ),
  'photo-rejected': entry(
    'invalid',
    ['Ảnh không đạt', 'Một hoặc nhiều ảnh không dùng được; xem danh sách errors.'],
    ['Photo rejected', 'One or more photos cannot be used; see errors.'],
  ),
  'upload-in-too-many-parts': entry(
    'invalid',
    ['Ảnh bị chia quá nhỏ', 'Mỗi lần tải lên gồm tối đa 1000 phần. Vui lòng bắt đầu lại và gửi từng phần lớn hơn.'],
    ['Too many parts', 'An upload takes 1000 parts at most. Please start again and send larger ones.'],
  ),
  'checklist-incomplete': entry(
    'invalid',
    ['Chưa đủ nội dung kiểm tra', 'Không được duyệt khi thiếu giấy tờ hoặc thiếu bước xác minh; xem missing.'],
    ['Checklist incomplete', 'No approval while papers or checks are missing; see missing.'],
  ),
  'data-differs-from-registry': entry(
    'invalid',
    [
      'Thông tin khác với cơ sở dữ liệu BHXH',
      'Mã số BHXH này có trong cơ sở dữ liệu với thông tin khác. Người tham gia cần nộp tờ khai TK1-TS để điều chỉnh trước.',
    ],
    ['Data differs from the registry', 'The registry knows this number with other data. The person files form TK1-TS to correct it first.'],
  ),
  'idempotency-key-reused': entry(
    'invalid',
    ['Idempotency-Key đã dùng cho nội dung khác', 'Khóa này đã đi cùng một nội dung khác. Nội dung mới cần khóa mới.'],
    ['Idempotency-Key reused', 'This key came with other content before. New content needs a new key.'],
  ),
  'password-refused': entry(
    'invalid',
    ['Mật khẩu không đạt', 'Mật khẩu mới chưa đáp ứng quy định; xem danh sách errors.'],
    ['Password refused', 'The new password does not meet the policy; see errors.'],
  ),
  'qr-unreadable': entry(
    'invalid',
    [
      'Không đọc được mã QR',
      'Không tìm thấy hoặc không đọc được mã QR trong ảnh. Vui lòng chụp lại ở nơi đủ sáng, để mã QR rõ nét và chiếm phần lớn khung hình.',
    ],
    [
      'QR code not readable',
      'No QR code could be found or read in the photo. Please take it again in good light, with the code sharp and filling most of it.',
    ],
  ),
  'qr-unknown-kind': entry(
    'invalid',
    [
      'Không phải mã QR của thẻ BHYT hoặc thẻ căn cước',
      'Mã QR này không phải của thẻ BHYT, thẻ CCCD gắn chíp hoặc thẻ căn cước, hoặc nội dung không đầy đủ. Vui lòng quét đúng mã hoặc tự nhập thông tin.',
    ],
    [
      'Not the QR code of a card',
      'This is not the QR code of a health insurance card or a citizen identity card, or it is incomplete. Please scan the right one or type the data in.',
    ],
  ),

  // --- the state of things ------------------------------------------------------------------------------------------------
  'invalid-state': entry(
    'conflict',
    ['Không thực hiện được ở trạng thái này', 'Hồ sơ đang ở trạng thái không cho phép việc này; xem state và allowedActions.'],
    ['Not possible in this state', 'The dossier is in a state that does not allow this; see state and allowedActions.'],
  ),
  'declaration-already-open': entry(
    'conflict',
    [
      'Đã có hồ sơ đang xử lý',
      'Mã số BHXH này đã có tờ khai đang được xử lý. Nếu không phải của quý vị, hãy mang giấy tờ tùy thân bản chính đến bất kỳ cơ quan BHXH nào để được giải quyết.',
    ],
    [
      'A declaration is already open',
      'A declaration for this insurance number is being processed. If it is not yours, any BHXH office can help you with your original identity paper.',
    ],
  ),
  'already-registered': entry(
    'conflict',
    ['Đã có tài khoản', 'Mã số BHXH này đã có tài khoản. Vui lòng dùng chức năng lấy lại mật khẩu hoặc đến cơ quan BHXH.'],
    ['Already registered', 'This insurance number has an account. Please recover the password or visit a BHXH office.'],
  ),
  'request-in-progress': entry(
    'conflict',
    ['Đang xử lý', 'Yêu cầu cùng khóa đang được xử lý. Vui lòng gửi lại sau ít giây.'],
    ['Request in progress', 'A request with this key is still running. Please try again in a moment.'],
  ),
  'lease-required': entry(
    'conflict',
    ['Chưa giữ hồ sơ', 'Hãy nhận xử lý hồ sơ trước và gửi kèm Lease-Token.'],
    ['Lease required', 'Take the lease of the dossier first and send its Lease-Token.'],
  ),
  'lease-lost': entry(
    'conflict',
    ['Đã mất quyền giữ hồ sơ', 'Quyền giữ hồ sơ của quý vị đã hết và không còn hiệu lực. Hãy nhận xử lý lại.'],
    ['Lease lost', 'Your lease has ended and stays dead. Take a new one.'],
  ),
  'dossier-held': entry(
    'conflict',
    ['Hồ sơ đang có người giữ', 'Một cán bộ khác đang xử lý hồ sơ này; xem heldBy.'],
    ['Dossier held', 'Somebody else holds this dossier; see heldBy.'],
  ),
  'second-person-required': entry(
    'conflict',
    ['Cần người thứ hai', 'Người đề nghị không được tự xác nhận. Vui lòng nhờ một cán bộ khác kiểm tra lại.'],
    ['Second person required', 'Whoever proposed this cannot confirm it. Please have another officer check it.'],
  ),
  'not-on-oneself': entry(
    'conflict',
    ['Không tự thực hiện với tài khoản của mình', 'Việc này với tài khoản của quý vị do một quản trị viên khác thực hiện.'],
    ['Not on oneself', 'Another administrator does this to your account.'],
  ),
  'last-admin': entry(
    'conflict',
    ['Quản trị viên cuối cùng', 'Phải luôn còn ít nhất một quản trị viên đang hoạt động.'],
    ['The last administrator', 'At least one active administrator always stays.'],
  ),
  'four-eyes-required': entry(
    'conflict',
    [
      'Người nhập tờ khai không tự duyệt',
      'Tờ khai nhập tại quầy do một cán bộ khác xác minh và duyệt. Vui lòng nhờ đồng nghiệp có quyền duyệt. Nếu không có ai: lãnh đạo có quyền duyệt nêu lý do (fourEyesOverride), hoặc cơ quan khác xác minh sau khi chuyển hồ sơ hay khi người dân đến đó với giấy tờ bản chính.',
    ],
    [
      'Four eyes required',
      'What was typed in at the counter is verified and approved by another officer. Ask a colleague who may approve. Where there is none: a supervisor who may approve gives a reason (fourEyesOverride), or another office verifies the person, after a transfer or when they come there with the original paper.',
    ],
  ),
  'field-locked': entry(
    'conflict',
    ['Không được sửa mục này', 'Chỉ được sửa những mục và ảnh bị trả lại.'],
    ['Field locked', 'Only the returned fields and photos may be changed.'],
  ),
  'counter-in-use': entry(
    'conflict',
    ['Số đã được dùng', 'Không thể đặt bộ đếm thấp hơn số đã cấp.'],
    ['Counter in use', 'A counter cannot be set below a number that was issued.'],
  ),
  'count-differs': entry(
    'conflict',
    ['Số lần không đúng', 'Nhật ký có số yêu cầu khác với số mong đợi; xem expected và found.'],
    ['Count differs', 'The journal holds another number of such requests; see expected and found.'],
  ),
  'coverage-below-threshold': entry(
    'conflict',
    ['Độ bao phủ dưới ngưỡng', 'Bộ kiểm thử chưa chạm tới đủ phần; xem overall và threshold.'],
    ['Coverage below the threshold', 'The suite has touched too little; see overall and threshold.'],
  ),
  'workspace-exists': entry(
    'conflict',
    ['Không gian đã có', 'Đã có một không gian làm việc tên này.'],
    ['Workspace exists', 'There is a workspace of this name already.'],
  ),
  'too-many-workspaces': entry(
    'conflict',
    ['Quá nhiều không gian', 'Số không gian làm việc đã tới giới hạn. Hãy xóa những không gian không dùng nữa.'],
    ['Too many workspaces', 'There are as many workspaces as this server holds. Remove those that are no longer used.'],
  ),
  'workspace-permanent': entry(
    'conflict',
    ['Không thể xóa', 'Không gian default luôn tồn tại; chỉ có thể làm trống.'],
    ['Not to be removed', 'The workspace default is always there; it can only be reset.'],
  ),
  'clock-behind-history': entry(
    'conflict',
    ['Đồng hồ không lùi', 'Không gian này đã có việc xảy ra sau thời điểm đó. Hãy làm trống không gian, hoặc dùng bản sao từ trước.'],
    ['The clock does not go back', 'Something has happened after that time. Reset the workspace, or use a fork that was made before.'],
  ),
  'run-under-way': entry(
    'conflict',
    ['Đang ghi', 'Không gian này đang được ghi lại. Hãy kết thúc lần ghi đó trước.'],
    ['A run is under way', 'This workspace is being recorded already. End that run first; `run` says which.'],
  ),
  'run-needs-a-beginning': entry(
    'conflict',
    ['Không gian đã được dùng', 'Chỉ ghi được từ đầu. Hãy làm trống không gian rồi bắt đầu ghi trước mọi lời gọi khác.'],
    [
      'The workspace has been used',
      'A run holds no dossiers from before, so it begins at the beginning: reset the workspace, and start recording before any other call.',
    ],
  ),
  'not-simulators-own': entry(
    'conflict',
    ['Không phải dữ liệu mô phỏng', 'Bàn mô phỏng không xóa cơ sở dữ liệu mà nó không tạo ra hoặc đánh dấu.'],
    ['Not the simulator’s own', 'The desk does not empty a database that it neither made nor marked.'],
  ),
  'upload-offset-conflict': entry(
    'conflict',
    ['Sai vị trí tải tiếp', 'Máy chủ đang chờ phần khác của ảnh. Hãy hỏi lại vị trí bằng HEAD rồi gửi tiếp từ đó.'],
    ['Wrong offset', 'The service expects other bytes of the photo. Ask for the offset with HEAD and go on from there.'],
  ),
  'upload-expired': entry(
    'gone',
    ['Lượt tải lên đã hết hạn', 'Phần đã gửi chỉ được giữ 24 giờ. Vui lòng tải ảnh lên lại từ đầu.'],
    ['Upload expired', 'What was sent is kept for 24 hours only. Please upload the photo again.'],
  ),
  'draft-expired': entry(
    'gone',
    ['Bản nháp đã hết hạn', 'Bản nháp chỉ được giữ 30 ngày. Vui lòng tạo bản mới.'],
    ['Draft expired', 'A draft lives 30 days. Please start a new one.'],
  ),
  'declared-data-erased': entry(
    'gone',
    ['Dữ liệu đã được xóa', 'Hồ sơ đã kết thúc quá 365 ngày; nội dung đã khai được xóa theo thời hạn lưu trữ. Lịch sử hồ sơ vẫn xem được.'],
    ['Data erased', 'The dossier ended more than 365 days ago; what was declared has been erased. Its history can still be read.'],
  ),
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof REFUSALS;
