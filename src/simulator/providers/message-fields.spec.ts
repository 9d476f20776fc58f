import { describe, expect, it } from '@jest/globals';
import { SMS_TEMPLATES } from '../../messages/templates/catalogue.ts';
import { FACTS } from '../../../test/support/facts.ts';
import { messageFields } from './message-fields.ts';

describe('the fields of a message', () => {
  it('are account and password in the SMS with the credentials', () => {
    expect(messageFields(SMS_TEMPLATES.credentials.render.vi(FACTS, { password: 'Tr7KpWq2' }))).toEqual({
      account: '0397097379',
      password: 'Tr7KpWq2',
    });
  });

  it('are none in a notice', () => {
    expect(messageFields(SMS_TEMPLATES.returned.render.vi(FACTS, {}))).toEqual({});
  });

  it('are one-time codes and tracking codes where they stand', () => {
    expect(messageFields('BHXH Viet Nam: Ma OTP cua Quy vi la 048213, co hieu luc 5 phut.')).toEqual({ otp: '048213' });
    expect(messageFields('Ma tra cuu moi: 7KQ2-0MVT-XA93-ZZ81 cho ho so 49631.GD/2021/03102')).toEqual({
      trackingCode: '7KQ2-0MVT-XA93-ZZ81',
    });
  });
});
