import { HOTLINE, required, type SmsTemplate } from './template.ts';

/** Account and first password, word for word as decided [D]. With an ordinary dossier number it has room for a password of 23 characters. */
export const credentialsSms: SmsTemplate = {
  name: 'credentials',
  version: 1,
  render: {
    vi: ({ dossierNumber, insuranceNumber }, secret) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} da duoc duyet. Tai khoan: ${insuranceNumber}/Mat khau: ${required(secret, 'password')} Vui long doi mat khau khi dang nhap. LH ${HOTLINE}`,
    en: ({ dossierNumber, insuranceNumber }, secret) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} is approved. Account: ${insuranceNumber}/Password: ${required(secret, 'password')} Please change it when you log in. Tel ${HOTLINE}`,
  },
};
