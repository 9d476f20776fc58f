import type { Channel } from './message.types.ts';

/**
 * What is left of a recipient once the message has ended, enough for a person to recognise his own: `+84352153000` → `035****000`,
 * `huynhminh@mail.example` → `h****@mail.example`.
 */
export function maskedRecipient(channel: Channel, recipient: string): string {
  switch (channel) {
    case 'sms': {
      const national = recipient.replace(/^\+84/, '0');
      return `${national.slice(0, 3)}****${national.slice(-3)}`;
    }
    case 'email': {
      const at = recipient.lastIndexOf('@');
      const initial = at > 2 ? recipient.slice(0, 1) : '';
      return `${initial}****${recipient.slice(at)}`;
    }
  }
}
