import { DOSSIER, GREETING, NOT_YOU } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** The declaration was taken back. Whoever did not wish it learns of it. */
export const withdrawnMail: MailTemplate = {
  name: 'withdrawn',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} đã được rút`,
      [
        GREETING.vi(facts),
        {
          paragraph: `Hồ sơ của Ông/Bà đã được rút theo yêu cầu. Ông/Bà có thể gửi tờ khai mới bất cứ lúc nào. Nếu Ông/Bà không yêu cầu, vui lòng gọi ${HOTLINE}.`,
        },
        DOSSIER.vi(facts),

        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        {
          paragraph: `Your dossier was withdrawn as requested. You may send a new declaration at any time. If you did not ask for this, please call ${HOTLINE}.`,
        },
        DOSSIER.en(facts),

        ...NOT_YOU.en,
      ],
    ),
};

export const withdrawnSms: SmsTemplate = {
  name: 'withdrawn',
  version: 1,
  render: {
    vi: ({ dossierNumber }) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} da duoc rut theo yeu cau. Neu khong phai Ong/Ba yeu cau, vui long goi ${HOTLINE}`,
    en: ({ dossierNumber }) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} was withdrawn as requested. If this was not you, please call ${HOTLINE}`,
  },
};
