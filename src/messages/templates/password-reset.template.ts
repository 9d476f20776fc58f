import { GREETING, NO_LINKS } from './dossier-blocks.ts';
import { mailText } from './mail-text.ts';
import { HOTLINE, required, type MailTemplate, type SmsTemplate } from './template.ts';

/** The one-time password of a recovery, with the time it ends, because messages arrive late [S]. */
export const passwordResetSms: SmsTemplate = {
  name: 'password-reset',
  version: 1,
  render: {
    vi: ({ insuranceNumber }, secret) =>
      `BHXH Viet Nam: Ma OTP ${required(secret, 'otp')} de dat lai mat khau tai khoan ${insuranceNumber}, dung den ${required(secret, 'until')}. Khong cho ai biet ma nay. LH ${HOTLINE}`,
    en: ({ insuranceNumber }, secret) =>
      `BHXH Viet Nam: OTP ${required(secret, 'otp')} to reset the password of account ${insuranceNumber}, good until ${required(secret, 'until')}. Tell it to nobody. Tel ${HOTLINE}`,
  },
};

/** The same by mail, since 17 October 2021 [S]. */
export const passwordResetMail: MailTemplate = {
  name: 'password-reset',
  version: 1,
  attachesForm: false,
  render: (facts, secret) => {
    const otp = required(secret, 'otp');
    const until = required(secret, 'until');
    return mailText(
      'BHXH Việt Nam: mã OTP đặt lại mật khẩu',
      [
        GREETING.vi(facts),
        { paragraph: `Mã OTP để đặt lại mật khẩu tài khoản VssID của Ông/Bà: ${otp}` },
        { paragraph: `Mã dùng được một lần, đến ${until} (giờ Việt Nam). Không cho ai biết mã này, kể cả cán bộ BHXH.` },
        { heading: 'Không phải Ông/Bà yêu cầu?' },
        { paragraph: `Vui lòng bỏ qua thư này: mật khẩu không thay đổi nếu không có mã. Liên hệ ${HOTLINE} để được hỗ trợ.` },
        NO_LINKS.vi,
      ],
      [
        GREETING.en(facts),
        { paragraph: `The one-time password to reset the password of your VssID account: ${otp}` },
        { paragraph: `It is good once, until ${until} (Vietnam time). Tell it to nobody, officers included.` },
        { heading: 'Not you?' },
        { paragraph: `Please ignore this mail: without the code your password stays as it is. Help: ${HOTLINE}.` },
        NO_LINKS.en,
      ],
    );
  },
};
