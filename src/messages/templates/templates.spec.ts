import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FACTS } from '../../../test/support/facts.ts';
import { smsSize } from '../sms-encoding.ts';
import { MAIL_TEMPLATES, SMS_TEMPLATES } from './catalogue.ts';

const SECRETS = { password: 'Tr7KpWq2', trackingCode: '7K2M-9QXV-4TBC-W3HD', otp: '483920', until: '09:05' };

const sms = Object.values(SMS_TEMPLATES).flatMap(({ render }) => [render.vi, render.en]);
const mails = Object.values(MAIL_TEMPLATES);
const mailsOfDossiers = mails.filter(({ name }) => name !== 'password-reset' && name !== 'email-confirmation');
/** The one that goes to an address that nobody has confirmed. */
const silent = MAIL_TEMPLATES['email-confirmation'];
const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });
const bodyOf = (html: string) => html.slice(html.indexOf('<body'));

describe('the SMS with account and password', () => {
  it('is worded to the letter', () => {
    expect(SMS_TEMPLATES.credentials.render.vi(FACTS, { password: 'Tr7KpWq2' })).toBe(
      'BHXH Viet Nam: Ho so 49631.GD/2021/03102 da duoc duyet. Tai khoan: 0397097379/Mat khau: Tr7KpWq2 Vui long doi mat khau khi dang nhap. LH 19009068',
    );
  });

  it('is not made without a password', () => {
    expect(() => SMS_TEMPLATES.credentials.render.vi(FACTS, {})).toThrow('without its password');
  });
});

describe('every SMS', () => {
  it('is one GSM-7 segment, with eight digits of sequence and a password of twenty characters', () => {
    const dossierNumber = '49631234.GD/2021/03102';
    for (const render of sms) {
      for (const awaitsCorrection of [false, true]) {
        const text = render({ ...FACTS, dossierNumber, awaitsCorrection }, { ...SECRETS, password: 'a'.repeat(20) });
        expect([text, smsSize(text)]).toEqual([text, expect.objectContaining({ encoding: 'gsm-7', segments: 1 })]);
      }
    }
  });

  it('holds no link, and nothing that a person typed', () => {
    fc.assert(
      fc.property(anyText, anyText, (fullName, vi) => {
        const facts = { ...FACTS, fullName, reasons: [{ vi, en: vi }] };
        for (const render of sms) {
          const text = render(facts, SECRETS);
          expect(text).toBe(render(FACTS, SECRETS));
          expect(text).not.toMatch(/https?:|www\.|\.vn\b/i);
        }
      }),
    );
  });
});

describe('every mail', () => {
  it('has a subject that holds nothing that a person typed', () => {
    fc.assert(
      fc.property(anyText, anyText, (fullName, vi) => {
        for (const { render } of mails) {
          const { subject } = render({ ...FACTS, fullName, reasons: [{ vi, en: vi }] }, SECRETS);
          expect(subject).toBe(render(FACTS, SECRETS).subject);
        }
      }),
    );
  });

  it('about a dossier names it in the subject, and hides most of the insurance number, which its reader knows', () => {
    for (const { render } of mailsOfDossiers) {
      const { subject, html, text } = render(FACTS, SECRETS);
      expect(subject).toContain(FACTS.dossierNumber);
      expect(html + text).not.toContain('0397097379');
      expect(text).toContain('0397****79');
    }
  });

  it('but the one of a recovery holds no secret', () => {
    for (const { render } of mailsOfDossiers) {
      for (const secret of Object.values(SECRETS)) expect(render(FACTS, SECRETS).text).not.toContain(secret);
    }
  });

  it('shows what a person typed as inert text', () => {
    const typed = `<img src=x onerror="a('1')"> {{7*7}} \${7*7} & Minh`;
    const inert = '&lt;img src=x onerror=&quot;a(&#39;1&#39;)&quot;&gt; {{7*7}} ${7*7} &amp; Minh';
    for (const { render } of mails.filter((mail) => mail !== silent)) {
      const { html, text } = render(
        {
          ...FACTS,
          fullName: typed,
          office: { ...FACTS.office, name: typed },
          reasons: [{ vi: typed, en: typed }],
        },
        SECRETS,
      );
      expect(html).toContain(inert);
      expect(html).not.toContain('<img');
      expect(text).toContain(typed);
    }
  });

  it('to an address that nobody has confirmed says nothing of what was typed', () => {
    const nobody = { ...FACTS, dossierNumber: '', fullName: '', insuranceNumber: '', phone: '' };
    expect(silent.render(FACTS, SECRETS)).toEqual(silent.render(nobody, SECRETS));
  });

  it('loads nothing, links nowhere, and says what to do if it was not you', () => {
    for (const { render } of mails) {
      const { html, text } = render(FACTS, SECRETS);
      expect(html).not.toMatch(/https?:|src=|href=|url\(/);
      for (const body of [bodyOf(html), text]) {
        expect(body).toMatch(/Không phải Ông\/Bà (đã gửi tờ khai này|yêu cầu)\?/i);
        expect(body).toMatch(/Not you\?/i);
        expect(body).toContain('19009068');
        expect(body).toContain('SIMULATION');
      }
    }
  });

  it('is written in composed letters', () => {
    for (const { render } of mails) expect(render(FACTS, SECRETS).text).toBe(render(FACTS, SECRETS).text.normalize('NFC'));
  });
});

describe('the reminder', () => {
  it('says by when to come, or by when to mend what was returned', () => {
    expect(SMS_TEMPLATES.reminder.render.vi(FACTS, {})).toMatch(/het han ngay 05\/05\/2021. Mang CCCD/);
    expect(SMS_TEMPLATES.reminder.render.vi({ ...FACTS, awaitsCorrection: true }, {})).toMatch(/cho bo sung, het han ngay 05\/05\/2021/);
    expect(MAIL_TEMPLATES.reminder.render(FACTS, {}).text).toMatch(/expires on 05\/05\/2021/);
    expect(MAIL_TEMPLATES.reminder.render({ ...FACTS, awaitsCorrection: true }, {}).text).toMatch(/awaits your correction/);
  });
});

describe('the receipt', () => {
  it('says how to follow the dossier, by SMS and by mail, in both languages', () => {
    expect(SMS_TEMPLATES.received.render.vi(FACTS, {})).toContain('Tra cuu bang ma tra cuu');
    expect(SMS_TEMPLATES.received.render.en(FACTS, {})).toContain('tracking code');
    const { text } = MAIL_TEMPLATES.received.render(FACTS, {});
    expect(text).toMatch(/tra cứu bằng số hồ sơ ở trên và mã tra cứu/);
    expect(text).toMatch(/use the number above and the tracking code/);
  });
});

describe('the mail about a returned or rejected dossier', () => {
  it.each(['returned', 'rejected'] as const)('%s: gives the reasons in both languages, in both bodies', (purpose) => {
    const { html, text } = MAIL_TEMPLATES[purpose].render(FACTS, SECRETS);
    for (const body of [html, text]) {
      expect(body).toContain('Ảnh mặt trước bị mờ.');
      expect(body).toContain('The photo of the front is blurred.');
    }
  });
});

describe('the declaration mail', () => {
  it('alone carries the declaration', () => {
    expect(mails.filter(({ attachesForm }) => attachesForm).map(({ name }) => name)).toEqual(['declaration-copy']);
  });

  it('tells the time of receipt in Vietnam', () => {
    expect(MAIL_TEMPLATES['declaration-copy'].render(FACTS, SECRETS).text).toContain('09:15 05/04/2021');
  });
});
