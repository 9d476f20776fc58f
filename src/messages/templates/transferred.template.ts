import { DOSSIER, GREETING, NOT_YOU, TRACKING } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** Another office has the dossier now; its number stays. */
export const transferredMail: MailTemplate = {
  name: 'transferred',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} đã được chuyển`,
      [
        GREETING.vi(facts),
        { paragraph: 'Hồ sơ của Ông/Bà đã được chuyển đến cơ quan BHXH nêu dưới đây. Số hồ sơ được giữ nguyên.' },
        DOSSIER.vi(facts),
        TRACKING.vi,
        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        { paragraph: 'Your dossier has been transferred to the office named below. Its number stays the same.' },
        DOSSIER.en(facts),
        TRACKING.en,
        ...NOT_YOU.en,
      ],
    ),
};

export const transferredSms: SmsTemplate = {
  name: 'transferred',
  version: 1,
  render: {
    vi: ({ dossierNumber, office }) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} da chuyen den co quan BHXH ma ${office.code}. So ho so giu nguyen. Tra cuu bang ma tra cuu. LH ${HOTLINE}`,
    en: ({ dossierNumber, office }) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} has moved to office ${office.code}. Its number stays. Follow it by tracking code. Tel ${HOTLINE}`,
  },
};
