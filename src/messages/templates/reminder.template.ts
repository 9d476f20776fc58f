import { vietnameseDate } from '../../platform/clock.ts';
import { DOSSIER, GREETING, NOT_YOU, TRACKING } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate, type SmsTemplate } from './template.ts';

/** Something is still to be done before the dossier expires. */
export const reminderMail: MailTemplate = {
  name: 'reminder',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} sắp hết hạn`,
      [
        GREETING.vi(facts),
        {
          paragraph: facts.awaitsCorrection
            ? `Hồ sơ của Ông/Bà đang chờ bổ sung và sẽ hết hạn ngày ${vietnameseDate(facts.expiresAt)}. Vui lòng mở hồ sơ bằng mã tra cứu, sửa các mục bị trả lại rồi gửi lại trước ngày đó.`
            : `Hồ sơ của Ông/Bà sẽ hết hạn ngày ${vietnameseDate(facts.expiresAt)}. Vui lòng đến cơ quan BHXH gần nhất với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) trước ngày đó để hoàn tất thủ tục.`,
        },
        DOSSIER.vi(facts),
        TRACKING.vi,
        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        {
          paragraph: facts.awaitsCorrection
            ? `Your dossier awaits your correction and expires on ${vietnameseDate(facts.expiresAt)}. Please open it with your tracking code, correct the returned items and send it again before that day.`
            : `Your dossier expires on ${vietnameseDate(facts.expiresAt)}. Please go to the nearest social insurance office with your identity paper (CCCD, CMND or passport) before that day.`,
        },
        DOSSIER.en(facts),
        TRACKING.en,
        ...NOT_YOU.en,
      ],
    ),
};

export const reminderSms: SmsTemplate = {
  name: 'reminder',
  version: 1,
  render: {
    vi: ({ dossierNumber, awaitsCorrection, expiresAt }) =>
      awaitsCorrection
        ? `BHXH Viet Nam: Ho so ${dossierNumber} cho bo sung, het han ngay ${vietnameseDate(expiresAt)}. Vui long sua va gui lai truoc ngay do. LH ${HOTLINE}`
        : `BHXH Viet Nam: Ho so ${dossierNumber} het han ngay ${vietnameseDate(expiresAt)}. Mang CCCD/CMND/Ho chieu den co quan BHXH truoc ngay do. LH ${HOTLINE}`,
    en: ({ dossierNumber, awaitsCorrection, expiresAt }) =>
      awaitsCorrection
        ? `BHXH Viet Nam: Dossier ${dossierNumber} awaits your correction and expires on ${vietnameseDate(expiresAt)}. Please send it again before. Tel ${HOTLINE}`
        : `BHXH Viet Nam: Dossier ${dossierNumber} expires on ${vietnameseDate(expiresAt)}. Take CCCD/CMND/passport to an office before that day. Tel ${HOTLINE}`,
  },
};
