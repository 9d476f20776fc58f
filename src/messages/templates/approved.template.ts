import { maskedRecipient } from '../masked-recipient.ts';
import { DOSSIER, GREETING, NOT_YOU } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, type MailTemplate } from './template.ts';

/** The approval, beside the SMS with the password. */
export const approvedMail: MailTemplate = {
  name: 'approved',
  version: 1,
  attachesForm: false,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: hồ sơ ${facts.dossierNumber} đã được duyệt`,
      [
        GREETING.vi(facts),
        {
          paragraph: `Hồ sơ của Ông/Bà đã được duyệt. Tài khoản và mật khẩu được gửi qua tin nhắn SMS đến số điện thoại ${maskedRecipient('sms', facts.phone)}. Vui lòng đăng nhập và đổi mật khẩu trong 72 giờ.`,
        },
        { paragraph: `Không nhận được tin nhắn? Vui lòng đến cơ quan BHXH với giấy tờ tùy thân để được cấp lại, hoặc gọi ${HOTLINE}.` },
        DOSSIER.vi(facts),

        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        {
          paragraph: `Your dossier has been approved. Account and password are sent by SMS to the phone ${maskedRecipient('sms', facts.phone)}. Please log in and change the password within 72 hours.`,
        },
        {
          paragraph: `No SMS? Please visit a social insurance office with your identity paper to have it issued again, or call ${HOTLINE}.`,
        },
        DOSSIER.en(facts),

        ...NOT_YOU.en,
      ],
    ),
};
