import { describe, expect, it } from '@jest/globals';
import { SMS_TEMPLATES } from '../../messages/templates/catalogue.ts';
import { messageFields } from './message-fields.ts';

const FACTS = {
  dossierNumber: '49631.GD/2021/03102',
  insuranceNumber: '0397097379',
  fullName: 'Huỳnh Thị Minh',
  submittedAt: new Date('2021-04-05T02:15:00Z'),
  office: { code: '03102', name: 'BHXH Quận Ngô Quyền', address: null, phone: null },
  reasons: [],
  form: async () => Buffer.alloc(0),
};

describe('the fields of a message', () => {
  it('are account and password in the SMS with the credentials', () => {
    expect(messageFields(SMS_TEMPLATES.credentials.render(FACTS, { password: 'Tr7KpWq2' }))).toEqual({
      account: '0397097379',
      password: 'Tr7KpWq2',
    });
  });

  it('are none in a notice', () => {
    expect(messageFields(SMS_TEMPLATES.returned.render(FACTS, {}))).toEqual({});
  });

  it('are one-time codes and tracking codes where they stand', () => {
    expect(messageFields('BHXH Viet Nam: Ma OTP cua Quy vi la 048213, co hieu luc 5 phut.')).toEqual({ otp: '048213' });
    expect(messageFields('Ma tra cuu moi: 7KQ2-0MVT-XA93-ZZ81 cho ho so 49631.GD/2021/03102')).toEqual({
      trackingCode: '7KQ2-0MVT-XA93-ZZ81',
    });
  });
});
