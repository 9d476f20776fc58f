import type { PhotoSlot } from '../../photos/photo-slot.ts';
import type { FormField } from './declaration-form.ts';

/** What each part of the declaration is called when a person is told about it. */
export const PART_LABELS: Record<FormField | PhotoSlot, { readonly vi: string; readonly en: string }> = {
  insuranceNumber: { vi: 'Mã số BHXH', en: 'Insurance number' },
  fullName: { vi: 'Họ và tên', en: 'Full name' },
  idNumber: { vi: 'Số CCCD/CMND/Hộ chiếu', en: 'Identity number' },
  idType: { vi: 'Loại giấy tờ', en: 'Kind of identity paper' },
  provinceCode: { vi: 'Tỉnh, thành phố', en: 'Province' },
  districtCode: { vi: 'Quận, huyện', en: 'District' },
  wardCode: { vi: 'Phường, xã', en: 'Ward' },
  street: { vi: 'Số nhà, đường', en: 'Street and house number' },
  phone: { vi: 'Số điện thoại', en: 'Phone number' },
  officeCode: { vi: 'Cơ quan tiếp nhận', en: 'Receiving office' },
  emailCopy: { vi: 'Nhận tờ khai qua email', en: 'Declaration by e-mail' },
  emailForNotices: { vi: 'Nhận thông báo qua email', en: 'Notices by e-mail' },
  email: { vi: 'Email', en: 'E-mail' },
  commitmentAccepted: { vi: 'Cam kết', en: 'Commitment' },
  dataProcessingAccepted: { vi: 'Đồng ý xử lý dữ liệu', en: 'Consent to data processing' },
  consentVersion: { vi: 'Phiên bản nội dung đồng ý', en: 'Version of the consent' },
  portrait: { vi: 'Ảnh cá nhân', en: 'Portrait' },
  idFront: { vi: 'Ảnh mặt trước giấy tờ', en: 'Photo of the front of the paper' },
  idBack: { vi: 'Ảnh mặt sau giấy tờ', en: 'Photo of the back of the paper' },
};
