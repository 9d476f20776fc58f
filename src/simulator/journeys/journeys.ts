import type { Status } from '../../declarations/status.rule.ts';

/** One thing that somebody does, through the same services as the API's own routes. */
export type StepName =
  | 'draft'
  | 'photos'
  | 'confirm-mail'
  | 'submit-draft'
  | 'submit'
  | 'visit'
  | 'lease'
  | 'lease-again'
  | 'return-photo'
  | 'return-fields'
  | 'amend-photo'
  | 'resubmit'
  | 'reject'
  | 'reject-as-not-filed'
  | 'transfer'
  | 'withdraw'
  | 'approve'
  | 'propose-phone'
  | 'confirm-phone'
  | 'reissue-credentials'
  | 'log-in'
  | 'change-password'
  | 'five-wrong-passwords'
  | 'family-approved'
  | 'wait-until-overdue'
  | 'wait-until-expired';

export interface Journey {
  /** Kebab-case, stable for scripts. */
  readonly name: string;
  readonly shows: { readonly vi: string; readonly en: string };
  readonly steps: readonly StepName[];
  /** The dossier's status at its end. */
  readonly ends: Status;
  /** What is declared, where it is not what the registry holds. */
  readonly declares?: 'unknown-number' | 'other-id' | 'mail';
  /** Moves the clock of the whole workspace forward: what falls due for others on the way falls due. */
  readonly movesClock?: true;
}

const LEASED: readonly StepName[] = ['submit', 'lease'];
const RETURNED: readonly StepName[] = [...LEASED, 'return-photo'];
const APPROVED: readonly StepName[] = [...LEASED, 'approve'];
const LOGGED_IN: readonly StepName[] = [...APPROVED, 'log-in'];

/** Ways to a dossier in every status, and to what a dossier brings with it. Every step is a legal one. */
export const JOURNEYS: readonly Journey[] = [
  {
    name: 'draft',
    shows: { vi: 'Bản nháp có đủ mục, chưa có ảnh', en: 'A draft with every field and no photo' },
    steps: ['draft'],
    ends: 'DRAFT',
  },
  {
    name: 'draft-with-photos',
    shows: { vi: 'Bản nháp đủ mục và ảnh, sẵn sàng để gửi', en: 'A draft with fields and photos, ready to be sent' },
    steps: ['draft', 'photos'],
    ends: 'DRAFT',
  },
  { name: 'submitted', shows: { vi: 'Đã gửi trong một yêu cầu', en: 'Sent in one request' }, steps: ['submit'], ends: 'SUBMITTED' },
  {
    name: 'submitted-by-draft',
    shows: { vi: 'Đã gửi từ bản nháp', en: 'Sent the wizard’s way' },
    steps: ['draft', 'photos', 'submit-draft'],
    ends: 'SUBMITTED',
  },
  {
    name: 'submitted-with-mail',
    shows: { vi: 'Nhận tờ khai và thông báo qua thư', en: 'With the declaration as PDF by mail, and notices by mail' },
    steps: ['draft', 'photos', 'confirm-mail', 'submit-draft'],
    ends: 'SUBMITTED',
    declares: 'mail',
  },
  {
    name: 'submitted-unknown-number',
    shows: { vi: 'Mã số không có trong cơ sở dữ liệu', en: 'The registry does not hold the number' },
    steps: ['submit'],
    ends: 'SUBMITTED',
    declares: 'unknown-number',
  },
  {
    name: 'submitted-differing-data',
    shows: { vi: 'Số giấy tờ khác cơ sở dữ liệu: không duyệt được', en: 'Another ID number than the registry’s: cannot be approved' },
    steps: ['submit'],
    ends: 'SUBMITTED',
    declares: 'other-id',
  },
  {
    name: 'shared-phone',
    shows: { vi: 'Số điện thoại đã dùng cho tài khoản của người nhà', en: 'The phone is that of a relative’s account already' },
    steps: ['family-approved', 'submit'],
    ends: 'SUBMITTED',
  },
  {
    name: 'visited',
    shows: { vi: 'Người dân đến một cơ quan khác', en: 'The citizen stands at another office’s counter' },
    steps: ['submit', 'visit'],
    ends: 'SUBMITTED',
  },
  { name: 'leased', shows: { vi: 'Cán bộ đang xử lý', en: 'An officer holds it' }, steps: LEASED, ends: 'IN_VERIFICATION' },
  {
    name: 'lease-lost',
    shows: { vi: 'Nhận xử lý lại, mã cũ mất hiệu lực', en: 'Taken once more, so that the first lease’s token is dead' },
    steps: [...LEASED, 'lease-again'],
    ends: 'IN_VERIFICATION',
  },
  { name: 'returned-photo', shows: { vi: 'Bị trả lại vì ảnh mờ', en: 'Returned for a blurred photo' }, steps: RETURNED, ends: 'RETURNED' },
  {
    name: 'returned-fields',
    shows: { vi: 'Bị trả lại vì số điện thoại và địa chỉ', en: 'Returned for phone and address' },
    steps: [...LEASED, 'return-fields'],
    ends: 'RETURNED',
  },
  {
    name: 'resubmitted',
    shows: { vi: 'Đã bổ sung ảnh và gửi lại', en: 'Amended and sent again: the second revision' },
    steps: [...RETURNED, 'amend-photo', 'resubmit'],
    ends: 'SUBMITTED',
  },
  { name: 'rejected', shows: { vi: 'Bị từ chối', en: 'Rejected' }, steps: [...LEASED, 'reject'], ends: 'REJECTED' },
  {
    name: 'rejected-not-filed-by-this-person',
    shows: { vi: 'Không phải do người này nộp: mã số được trả tự do', en: 'Not filed by this person: the number is free for its owner' },
    steps: [...LEASED, 'reject-as-not-filed'],
    ends: 'REJECTED',
  },
  {
    name: 'transferred',
    shows: { vi: 'Đã chuyển cơ quan khác, số hồ sơ giữ nguyên', en: 'At another office, with the same number' },
    steps: ['submit', 'transfer'],
    ends: 'SUBMITTED',
  },
  {
    name: 'withdrawn',
    shows: { vi: 'Công dân đã rút', en: 'Taken back by the citizen' },
    steps: ['submit', 'withdraw'],
    ends: 'WITHDRAWN',
  },
  {
    name: 'phone-proposed',
    shows: { vi: 'Số điện thoại mới chờ cán bộ thứ hai', en: 'Another phone awaits the second officer' },
    steps: ['submit', 'propose-phone'],
    ends: 'SUBMITTED',
  },
  {
    name: 'phone-changed',
    shows: { vi: 'Đã đổi số điện thoại tại quầy', en: 'Another phone, by four eyes' },
    steps: ['submit', 'propose-phone', 'confirm-phone'],
    ends: 'SUBMITTED',
  },
  {
    name: 'approved',
    shows: { vi: 'Đã duyệt, mật khẩu đã đến', en: 'Approved; the password has arrived' },
    steps: APPROVED,
    ends: 'APPROVED',
  },
  {
    name: 'credentials-reissued',
    shows: { vi: 'Đã cấp lại mật khẩu', en: 'A second password, the first one dead' },
    steps: [...APPROVED, 'reissue-credentials'],
    ends: 'APPROVED',
  },
  {
    name: 'logged-in',
    shows: { vi: 'Đăng nhập lần đầu, phải đổi mật khẩu', en: 'Logged in for the first time: the password must be changed' },
    steps: LOGGED_IN,
    ends: 'APPROVED',
  },
  {
    name: 'activated',
    shows: { vi: 'Đã đổi mật khẩu, tài khoản hoạt động', en: 'With a password of their own: the account is active' },
    steps: [...LOGGED_IN, 'change-password'],
    ends: 'APPROVED',
  },
  {
    name: 'locked-out',
    shows: { vi: 'Sai mật khẩu năm lần: khóa 15 phút', en: 'Five wrong passwords: locked for 15 minutes' },
    steps: [...APPROVED, 'five-wrong-passwords'],
    ends: 'APPROVED',
  },
  {
    name: 'overdue',
    shows: { vi: 'Quá hạn xử lý', en: 'Past the day on which a decision was due' },
    steps: ['submit', 'wait-until-overdue'],
    ends: 'SUBMITTED',
    movesClock: true,
  },
  {
    name: 'expired',
    shows: { vi: 'Hết hạn vì không ai đến', en: 'Expired because nobody came' },
    steps: ['submit', 'wait-until-expired'],
    ends: 'EXPIRED',
    movesClock: true,
  },
];

export function findJourney(name: string): Journey | undefined {
  return JOURNEYS.find((journey) => journey.name === name);
}
