import { HOTLINE, type SmsTemplate } from './template.ts';

/** The one-time password of a recovery, with the time it ends, because messages arrive late [S]. */
export const passwordResetSms: SmsTemplate = {
  name: 'password-reset',
  version: 1,
  render: ({ insuranceNumber }, { otp, until }) => {
    if (!otp || !until) throw new Error('a recovery message without its one-time password');
    return `BHXH Viet Nam: Ma OTP ${otp} de dat lai mat khau tai khoan ${insuranceNumber}, dung den ${until}. Khong cho ai biet ma nay. LH ${HOTLINE}`;
  },
};
