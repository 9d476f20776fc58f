import { HOTLINE, type SmsTemplate } from './template.ts';

/** To the old phone, before the new one takes its place: who did not ask for it can still object [D]. */
export const phoneChangedSms: SmsTemplate = {
  name: 'phone-changed',
  version: 1,
  render: {
    vi: ({ dossierNumber }) =>
      `BHXH Viet Nam: Ho so ${dossierNumber}: co yeu cau doi so dien thoai nhan mat khau. Neu khong phai Ong/Ba, vui long goi ngay ${HOTLINE}`,
    en: ({ dossierNumber }) =>
      `BHXH Viet Nam: Dossier ${dossierNumber}: we were asked to send its password to another phone. If this was not you, call ${HOTLINE} at once`,
  },
};
