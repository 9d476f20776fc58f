import { DOSSIER, GREETING, NOT_YOU, TRACKING } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import type { MailTemplate } from './template.ts';

/** The declaration mail: what was received, the declaration as PDF, and what to do next. */
export const declarationCopyMail: MailTemplate = {
  name: 'declaration-copy',
  version: 1,
  attachesForm: true,
  render: (facts) =>
    mailText(
      `BHXH Việt Nam: đã nhận tờ khai, số hồ sơ ${facts.dossierNumber}`,
      [
        GREETING.vi(facts),
        {
          paragraph:
            'BHXH Việt Nam đã nhận tờ khai đăng ký tài khoản giao dịch điện tử (VssID) của Ông/Bà. Bản tờ khai được gửi kèm thư này dưới dạng tệp PDF.',
        },
        DOSSIER.vi(facts),
        { heading: 'Việc cần làm tiếp theo' },
        {
          paragraph:
            'Vui lòng đến cơ quan BHXH gần nhất với giấy tờ tùy thân (CCCD/CMND/Hộ chiếu) để hoàn tất thủ tục. Sau khi hồ sơ được duyệt, tài khoản và mật khẩu được gửi qua tin nhắn SMS đến số điện thoại đã khai.',
        },
        TRACKING.vi,
        ...NOT_YOU.vi,
      ],
      [
        GREETING.en(facts),
        {
          paragraph:
            'Vietnam Social Security has received your declaration for an electronic transaction account (VssID). A copy is attached to this mail as PDF.',
        },
        DOSSIER.en(facts),
        { heading: 'What to do next' },
        {
          paragraph:
            'Please go to the nearest social insurance office with your identity paper (CCCD, CMND or passport) to complete the procedure. Once the dossier is approved, account and password are sent by SMS to the phone number you declared.',
        },
        TRACKING.en,
        ...NOT_YOU.en,
      ],
    ),
};
