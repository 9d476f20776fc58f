import { DOSSIER, GREETING, NOT_YOU } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** Nobody came, or nothing was mended, in time. */
export const expiredMail: MailTemplate = {
  name: 'expired',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} đã hết hạn`,
      [
        GREETING.vi(facts),
        { paragraph: 'Hồ sơ của Ông/Bà đã hết hạn vì thủ tục chưa được hoàn tất. Ông/Bà có thể gửi tờ khai mới bất cứ lúc nào.' },
        DOSSIER.vi(facts),

        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        { paragraph: 'Your dossier has expired because the procedure was not completed. You may send a new declaration at any time.' },
        DOSSIER.en(facts),

        ...NOT_YOU.en,
      ],
    ),
};

export const expiredSms: SmsTemplate = {
  name: 'expired',
  version: 1,
  render: {
    vi: ({ dossierNumber }) =>
      `BHXH Viet Nam: Ho so ${dossierNumber} da het han vi thu tuc chua hoan tat. Ong/Ba co the gui to khai moi. LH ${HOTLINE}`,
    en: ({ dossierNumber }) =>
      `BHXH Viet Nam: Dossier ${dossierNumber} has expired because the procedure was not completed. You may send a new declaration. Tel ${HOTLINE}`,
  },
};
