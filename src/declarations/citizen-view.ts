import { currentLanguage } from '../platform/http/request-context.ts';
import { findReason } from '../reasons/reason-catalogue.ts';
import type { GivenReason, ReturnedItem } from './declaration.entity.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../photos/photo-slot.ts';
import type { DeclarationRow, SentRevision } from './declarations.store.ts';
import { formOfRow, type DeclarationForm, type FormField } from './form/declaration-form.ts';
import { allowedActions, type Action, type Status } from './status.rule.ts';

/** A returned part as the citizen reads it. */
export type ReturnedItemView = ReturnedItem & { message: string };

/** A dossier as its citizen sees it: own data, where it stands, what to do next. An internal note never stands here. */
export type CitizenView = { [Field in FormField]: DeclarationForm[Field] | null } & {
  id: string;
  dossierNumber: string;
  status: Status;
  since: string;
  submittedAt: string;
  revision: number;
  office: { code: string; name: string; phone: string | null; address: string | null };
  nextStep: string;
  allowedActions: Action[];
  returnedItems: ReturnedItemView[];
  rejection: (GivenReason & { message: string }) | null;
};

/** What was sent with one revision, as citizen and officer may read it again. */
export interface RevisionView {
  revision: number;
  submittedAt: string;
  declared: DeclarationForm;
  photos: PhotoSlot[];
}

const NEXT_STEPS: Record<Exclude<Status, 'DRAFT'>, { vi: string; en: string }> = {
  SUBMITTED: {
    vi: 'Vui lòng đến cơ quan BHXH gần nhất với giấy tờ tùy thân bản chính (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục.',
    en: 'Please visit the nearest BHXH office with your original identity paper to complete the registration.',
  },
  IN_VERIFICATION: {
    vi: 'Cán bộ BHXH đang xác minh hồ sơ. Nếu chưa đến, vui lòng đến cơ quan BHXH với giấy tờ tùy thân bản chính.',
    en: 'An officer is verifying the dossier. If you have not been there yet, please visit the office with your original identity paper.',
  },
  RETURNED: {
    vi: 'Vui lòng sửa những mục bị trả lại rồi gửi lại tờ khai.',
    en: 'Please correct the returned parts and send the declaration again.',
  },
  APPROVED: {
    vi: 'Tài khoản và mật khẩu được gửi qua tin nhắn SMS. Vui lòng đăng nhập và đổi mật khẩu trong 72 giờ.',
    en: 'Account and password are sent by SMS. Please log in and change the password within 72 hours.',
  },
  REJECTED: { vi: 'Hồ sơ đã bị từ chối. Quý vị có thể lập tờ khai mới.', en: 'The dossier was rejected. You may file a new declaration.' },
  WITHDRAWN: { vi: 'Tờ khai đã được rút. Quý vị có thể lập tờ khai mới.', en: 'The declaration was withdrawn. You may file a new one.' },
  EXPIRED: {
    vi: 'Hồ sơ đã hết hạn vì không có người đến làm thủ tục. Quý vị có thể lập tờ khai mới.',
    en: 'The dossier expired because nobody came. You may file a new one.',
  },
};

export function nextStepOf(status: Status): string {
  return status === 'DRAFT' ? '' : NEXT_STEPS[status][currentLanguage()];
}

export function citizenView(row: DeclarationRow): CitizenView {
  return {
    id: row.id,
    dossierNumber: row.dossier_number!,
    status: row.status,
    since: row.status_since.toISOString(),
    submittedAt: row.submitted_at!.toISOString(),
    revision: row.revision,
    office: { code: row.office_code!, name: row.office_name!, phone: row.office_phone, address: row.office_address },
    nextStep: nextStepOf(row.status),
    allowedActions: allowedActions(row.status, 'citizen'),
    returnedItems: (row.returned_items ?? []).map(returnedItemView),
    rejection: row.rejection && { ...row.rejection, message: reasonText(row.rejection.reasonCode) },
    ...formOfRow(row),
  };
}

export function revisionView({ revision, submittedAt, form, photoIds }: SentRevision): RevisionView {
  return { revision, submittedAt: submittedAt.toISOString(), declared: form, photos: PHOTO_SLOTS.filter((slot) => slot in photoIds) };
}

export function returnedItemView(item: ReturnedItem): ReturnedItemView {
  return { ...item, message: reasonText(item.reasonCode) };
}

function reasonText(code: string): string {
  return findReason(code)?.[currentLanguage()] ?? '';
}
