import { DOSSIER, GREETING, NOT_YOU } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** The dossier ended without an account. */
export const rejectedMail: MailTemplate = {
  name: 'rejected',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} không được chấp nhận`,
      [
        GREETING.vi(facts),
        { paragraph: 'Cơ quan BHXH đã xem hồ sơ của Ông/Bà và không chấp nhận hồ sơ này vì lý do sau:' },
        { list: facts.reasons.map(({ vi }) => vi) },
        { paragraph: `Nếu cần giải thích thêm, vui lòng liên hệ cơ quan BHXH nêu dưới đây hoặc gọi ${HOTLINE}.` },
        DOSSIER.vi(facts),
        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        { paragraph: 'The office has looked at your dossier and does not accept it, for the following reason:' },
        { list: facts.reasons.map(({ en }) => en) },
        { paragraph: `If you need an explanation, please contact the office named below or call ${HOTLINE}.` },
        DOSSIER.en(facts),
        ...NOT_YOU.en,
      ],
    ),
};

export const rejectedSms: SmsTemplate = {
  name: 'rejected',
  version: 1,
  render: {
    vi: ({ dossierNumber }) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} khong duoc chap nhan. Vui long dung ma tra cuu hoac den co quan BHXH de biet ly do. LH ${HOTLINE}`,
    en: ({ dossierNumber }) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} was not accepted. Use your tracking code, or visit the office, to learn why. Tel ${HOTLINE}`,
  },
};
