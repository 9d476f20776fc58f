import { describe, expect, it } from '@jest/globals';
import { maskedRecipient } from './masked-recipient.ts';

describe('a recipient after the message has ended', () => {
  it('keeps of a phone the carrier and three digits', () => {
    expect(maskedRecipient('sms', '+84352153000')).toBe('035****000');
  });

  it('keeps of an address its first letter and its server', () => {
    expect(maskedRecipient('email', 'huynhminh@mail.example')).toBe('h****@mail.example');
  });

  it('keeps nothing of a name that a first letter would give away', () => {
    expect(maskedRecipient('email', 'hm@mail.example')).toBe('****@mail.example');
  });
});
