import type { RefusalCode } from '../../platform/refusal-catalogue.ts';

interface Words {
  readonly vi: string;
  readonly en: string;
}

/** How the nearest request that the service takes differs from one that it refused. */
export interface Advice {
  readonly says: Words;
  /** What to call before: `{dossier}` stands for the path of the dossier or draft that was refused. */
  readonly first?: readonly string[];
  /** Headers to send, each with an example. */
  readonly headers?: Readonly<Record<string, string>>;
}

const advice = (vi: string, en: string, more: Omit<Advice, 'says'> = {}): Advice => ({ says: { vi, en }, ...more });

const LEASE = { first: ['POST {dossier}/lease'], headers: { 'Lease-Token': 'leaseToken' } };
const KEY = { headers: { 'Idempotency-Key': 'b1f0c3de-7a52-4b8f-9a40-1c1f6f0e8d55' } };

/**
 * What a client does instead, by the code of the refusal. Where a code is not here, the refusal's own sentence and what is said of each
 * faulty part are all there is to say [D].
 */
export const ADVICE: Partial<Record<RefusalCode, Advice>> = {
  'idempotency-key-missing': advice('Gửi kèm khóa mới cho mỗi tờ khai.', 'Send a key, a new one for each declaration.', KEY),
  'idempotency-key-invalid': advice('Dùng UUID làm khóa.', 'A UUID is a good key.', KEY),
  'idempotency-key-reused': advice('Nội dung mới cần khóa mới.', 'New content needs a new key; the old key needs the old content.', KEY),
  'client-id-invalid': advice('Dùng UUID làm X-Client-Id.', 'A UUID is a good client id.', {
    headers: { 'X-Client-Id': '3f0c2a6e-5f0e-4a57-9b7e-6a1c2f6d9b10' },
  }),
  unauthenticated: advice('Đăng nhập, hoặc dùng mã của hồ sơ.', 'Log in for a token, or use the dossier’s tracking code or draft token.', {
    headers: { Authorization: 'Bearer accessToken' },
  }),
  'password-change-required': advice(
    'Đổi mật khẩu cấp lần đầu trước.',
    'Change the first password before anything else; officers at /v1/staff/me/password.',
    {
      first: ['PUT /v1/me/password'],
    },
  ),
  'method-not-allowed': advice('Dùng một phương thức trong methods.', 'Use one of the methods.'),
  'precondition-required': advice('Đọc trước, gửi lại ETag trong If-Match.', 'Read it first and send its ETag as If-Match.', {
    first: ['GET {dossier}'],
    headers: { 'If-Match': '"1"' },
  }),
  'precondition-failed': advice('Đọc lại, xem thay đổi, dùng ETag mới.', 'Read it again, look at what changed, and send the new ETag.', {
    first: ['GET {dossier}'],
    headers: { 'If-Match': '"2"' },
  }),
  'lease-required': advice('Nhận hồ sơ trước, gửi kèm Lease-Token.', 'Take the lease first, then send its token as Lease-Token.', LEASE),
  'lease-lost': advice('Nhận lại hồ sơ, dùng mã mới.', 'Take a new lease and send the new token; the old one stays dead.', LEASE),
  'dossier-held': advice('Chờ đến heldBy.until hoặc chọn hồ sơ khác.', 'Wait until heldBy.until, or take another dossier from the queue.'),
  'invalid-state': advice('Chỉ làm được một việc trong allowedActions.', 'Only allowedActions are possible in this state.'),
  'checklist-incomplete': advice('Bổ sung các mục trong missing.', 'Send the checklist with every item of missing.'),
  'four-eyes-required': advice('Cán bộ khác duyệt.', 'Approve as another officer, or as a supervisor with fourEyesOverride.reason.'),
  'second-person-required': advice('Cán bộ khác xác nhận.', 'Confirm as another officer.'),
  'data-differs-from-registry': advice('Trả lại mục khác biệt hoặc từ chối.', 'Return the differing field, or reject.', {
    first: ['GET {dossier}'],
  }),
  'declaration-already-open': advice(
    'Rút hồ sơ đang mở, hoặc dùng mã số khác.',
    'Withdraw the open one, or use another insurance number.',
    {
      first: ['POST /v1/declarations/{id}/withdrawal'],
    },
  ),
  'already-registered': advice('Lấy lại mật khẩu thay vì đăng ký.', 'Recover the password instead, or use another insurance number.'),
  'field-locked': advice('Chỉ sửa mục bị trả lại.', 'Send only what was returned; the dossier lists it.', { first: ['GET {dossier}'] }),
  'request-in-progress': advice(
    'Gửi lại cùng khóa sau retryAfterSeconds.',
    'Send the same again with the same key after retryAfterSeconds.',
  ),
  'too-many-attempts': advice('Đợi retryAfterSeconds.', 'Wait retryAfterSeconds, or move the desk’s clock.'),
  'upload-offset-conflict': advice('Hỏi vị trí bằng HEAD.', 'Ask for the offset, and go on from there.', {
    first: ['HEAD /v1/uploads/{id}'],
  }),
  'checksum-mismatch': advice('Gửi lại từ vị trí cũ.', 'Send the same bytes again from the same offset.', {
    first: ['HEAD /v1/uploads/{id}'],
  }),
  'upload-expired': advice('Bắt đầu lượt tải mới.', 'Begin a new upload.', { first: ['POST /v1/drafts/{id}/uploads'] }),
  'draft-expired': advice('Tạo bản nháp mới.', 'Begin a new draft.', { first: ['POST /v1/drafts'] }),
  'tus-version-unsupported': advice('Gửi kèm Tus-Resumable.', 'Say which version you speak.', { headers: { 'Tus-Resumable': '1.0.0' } }),
  'unsupported-media-type': advice(
    'Thân JSON, hoặc ảnh JPEG hay PNG thật.',
    'Send the content type that the API document names, and photos that really are JPEG or PNG.',
  ),
  'photo-rejected': advice('Ảnh đạt yêu cầu có ở phòng ảnh.', 'The photo lab has photos that pass.', {
    first: ['GET /_sim/photos/{slot}'],
  }),
  'service-unavailable': advice('Gửi lại cùng khóa sau.', 'Send the same again with the same key after retryAfterSeconds.'),
};

/** The rules of the form behind each field, as provenance.json calls them. */
export const RULE_OF_FIELD: Readonly<Record<string, string>> = {
  '/insuranceNumber': 'declarations/rules/insurance-number.rule.ts#checkInsuranceNumber',
  '/fullName': 'declarations/rules/full-name.rule.ts#checkFullName',
  '/idNumber': 'declarations/rules/id-number.rule.ts#checkIdNumber',
  '/phone': 'declarations/rules/phone.rule.ts#checkPhone',
  '/email': 'declarations/rules/email.rule.ts#checkEmail',
  '/street': 'declarations/rules/street.rule.ts#checkStreet',
};
