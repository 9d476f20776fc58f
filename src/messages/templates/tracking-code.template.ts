import { HOTLINE, type SmsTemplate } from './template.ts';

/** A new tracking code for one that was lost [D]. */
export const trackingCodeSms: SmsTemplate = {
  name: 'tracking-code',
  version: 1,
  render: ({ dossierNumber }, { trackingCode }) => {
    if (!trackingCode) throw new Error('a tracking code message without a code');
    return `BHXH Viet Nam: Ho so ${dossierNumber} co ma tra cuu moi ${trackingCode}, ma cu het hieu luc. LH ${HOTLINE}`;
  },
};
