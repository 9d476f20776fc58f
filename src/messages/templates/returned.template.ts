import { DOSSIER, GREETING, NOT_YOU, TRACKING } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** The dossier came back: something must be mended and sent again, under the same number. */
export const returnedMail: MailTemplate = {
  name: 'returned',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} cần bổ sung`,
      [
        GREETING.vi(facts),
        { paragraph: 'Cơ quan BHXH đã xem hồ sơ của Ông/Bà và đề nghị bổ sung, chỉnh sửa các nội dung sau:' },
        { list: facts.reasons.map(({ vi }) => vi) },
        { paragraph: 'Vui lòng mở hồ sơ bằng mã tra cứu, sửa các mục nêu trên rồi gửi lại. Số hồ sơ được giữ nguyên.' },
        DOSSIER.vi(facts),
        TRACKING.vi,
        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        { paragraph: 'The office has looked at your dossier and asks you to complete or correct the following:' },
        { list: facts.reasons.map(({ en }) => en) },
        {
          paragraph:
            'Please open the dossier with your tracking code, correct these items and send it again. The dossier number stays the same.',
        },
        DOSSIER.en(facts),
        TRACKING.en,
        ...NOT_YOU.en,
      ],
    ),
};

export const returnedSms: SmsTemplate = {
  name: 'returned',
  version: 1,
  render: {
    vi: ({ dossierNumber }) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} can bo sung. Vui long dung ma tra cuu de xem ly do, sua va gui lai. LH ${HOTLINE}`,
    en: ({ dossierNumber }) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} needs correction. Use your tracking code to see why, correct it and send it again. Tel ${HOTLINE}`,
  },
};
