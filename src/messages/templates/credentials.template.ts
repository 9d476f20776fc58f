import { HOTLINE, type SmsTemplate } from './template.ts';

/** Account and first password, word for word as decided [D]. With an ordinary dossier number it has room for a password of 23 characters. */
export const credentialsSms: SmsTemplate = {
  name: 'credentials',
  version: 1,
  render: ({ dossierNumber, insuranceNumber }, { password }) => {
    if (!password) throw new Error('credentials without a password');
    return `BHXH Viet Nam: Ho so ${dossierNumber} da duoc duyet. Tai khoan: ${insuranceNumber}/Mat khau: ${password} Vui long doi mat khau khi dang nhap. LH ${HOTLINE}`;
  },
};
