import { DOSSIER, GREETING, NOT_YOU, TRACKING } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** The receipt, owed within two hours [S]: what to do next, and how to follow the dossier. */
export const receivedMail: MailTemplate = {
  name: 'received',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: đã nhận hồ sơ ${facts.dossierNumber}`,
      [
        GREETING.vi(facts),
        { paragraph: 'BHXH Việt Nam đã nhận tờ khai đăng ký tài khoản giao dịch điện tử (VssID) của Ông/Bà.' },
        {
          paragraph: `Vui lòng đến cơ quan BHXH gần nhất với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục. Liên hệ ${HOTLINE} để được hỗ trợ.`,
        },
        DOSSIER.vi(facts),
        TRACKING.vi,
        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        { paragraph: 'Vietnam Social Security has received your declaration for an electronic transaction account (VssID).' },
        {
          paragraph: `Please go to the nearest social insurance office with your identity paper (CCCD, CMND or passport) to complete the procedure. Help: ${HOTLINE}.`,
        },
        DOSSIER.en(facts),
        TRACKING.en,
        ...NOT_YOU.en,
      ],
    ),
};

export const receivedSms: SmsTemplate = {
  name: 'received',
  version: 1,
  render: {
    vi: ({ dossierNumber }) =>
      `BHXH Viet Nam: Da nhan to khai, ho so ${dossierNumber}. Mang CCCD/CMND/Ho chieu den co quan BHXH de hoan tat. Tra cuu bang ma tra cuu. LH ${HOTLINE}`,
    en: ({ dossierNumber }) =>
      `BHXH Viet Nam: Declaration received, dossier ${dossierNumber}. Take CCCD/CMND/passport to an office. Follow it by tracking code. Tel ${HOTLINE}`,
  },
};
