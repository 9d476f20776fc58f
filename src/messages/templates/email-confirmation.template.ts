import { NO_LINKS } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, required, type MailTemplate } from './template.ts';

/** The one-time password that confirms an address. It may not be theirs who typed it, so that nothing of the draft stands here. */
export const emailConfirmationMail: MailTemplate = {
  name: 'email-confirmation',
  version: 1,
  attachesForm: false,
  render: (_facts, secret) => {
    const otp = required(secret, 'otp');
    const until = required(secret, 'until');
    return mailText(
      'BHXH Việt Nam: mã OTP xác nhận email',
      [
        { paragraph: 'Kính gửi Ông/Bà,' },
        { paragraph: `Mã OTP để xác nhận địa chỉ email này: ${otp}` },
        { paragraph: 'Có người khai địa chỉ này trong tờ khai đăng ký tài khoản VssID.' },
        { paragraph: `Mã dùng được một lần, đến ${until} (giờ Việt Nam). Không cho ai biết mã này, kể cả cán bộ BHXH.` },
        { heading: 'Không phải Ông/Bà yêu cầu?' },
        {
          paragraph: `Vui lòng bỏ qua thư này: tờ khai không được gửi đến địa chỉ này nếu không có mã. Liên hệ ${HOTLINE} để được hỗ trợ.`,
        },
        NO_LINKS.vi,
      ],
      [
        { paragraph: 'Dear Sir or Madam,' },
        { paragraph: `The one-time password to confirm this e-mail address: ${otp}` },
        { paragraph: 'Somebody named this address in a declaration for a VssID account.' },
        { paragraph: `It is good once, until ${until} (Vietnam time). Tell it to nobody, officers included.` },
        { heading: 'Not you?' },
        { paragraph: `Please ignore this mail: without the code no declaration is sent to this address. Help: ${HOTLINE}.` },
        NO_LINKS.en,
      ],
    );
  },
};
