import { vietnameseTime } from '../../platform/clock.ts';
import type { DossierFacts } from '../message-facts.port.ts';
import { HOTLINE } from './template.ts';
import type { Block } from './mail-text.ts';

/** Pieces that more than one mail is made of, in both languages. */
export const GREETING = {
  vi: ({ fullName }: DossierFacts): Block => ({ paragraph: `Kính gửi Ông/Bà ${fullName},` }),
  en: ({ fullName }: DossierFacts): Block => ({ paragraph: `Dear ${fullName},` }),
};

export const DOSSIER = {
  vi: ({ dossierNumber, insuranceNumber, submittedAt, office }: DossierFacts): Block => ({
    facts: [
      ['Số hồ sơ', dossierNumber],
      ['Mã số BHXH', masked(insuranceNumber)],
      ['Nhận lúc', vietnameseTime(submittedAt)],
      ['Cơ quan BHXH', `[${office.code}] ${office.name}`],
      ...fact('Địa chỉ', office.address),
      ...fact('Điện thoại', office.phone),
    ],
  }),
  en: ({ dossierNumber, insuranceNumber, submittedAt, office }: DossierFacts): Block => ({
    facts: [
      ['Dossier number', dossierNumber],
      ['Insurance number', masked(insuranceNumber)],
      ['Received at', `${vietnameseTime(submittedAt)} (Vietnam time)`],
      ['Office', `[${office.code}] ${office.name}`],
      ...fact('Address', office.address),
      ...fact('Phone', office.phone),
    ],
  }),
};

export const TRACKING = {
  vi: {
    paragraph:
      'Để xem tình trạng hồ sơ, vui lòng tra cứu bằng số hồ sơ ở trên và mã tra cứu đã hiển thị khi gửi tờ khai. Vì lý do an toàn, thư này không ghi mã tra cứu.',
  },
  en: {
    paragraph:
      'To follow the dossier, use the number above and the tracking code shown when the declaration was sent. For your safety this mail does not repeat the code.',
  },
} satisfies Record<string, Block>;

/** Scammers send links [S]. */
export const NO_LINKS = {
  vi: { paragraph: `BHXH Việt Nam không gửi đường liên kết và không hỏi mật khẩu hay mã tra cứu. Liên hệ ${HOTLINE} để được hỗ trợ.` },
  en: { paragraph: `Vietnam Social Security sends no links and never asks for a password or tracking code. Help: ${HOTLINE}.` },
} satisfies Record<string, Block>;

/** Anyone can type another person's number and another person's address: the mail says what to do then [D]. */
export const NOT_YOU = {
  vi: [
    { heading: 'Không phải Ông/Bà đã gửi tờ khai này?' },
    {
      paragraph: `Vui lòng gọi ${HOTLINE} hoặc mang giấy tờ tùy thân đến bất kỳ cơ quan BHXH nào. Tài khoản chỉ được cấp sau khi xác minh trực tiếp. Nếu thư này gửi nhầm địa chỉ, vui lòng xóa thư và tệp kèm theo.`,
    },
    NO_LINKS.vi,
  ],
  en: [
    { heading: 'Not you?' },
    {
      paragraph: `Please call ${HOTLINE}, or take your identity paper to any social insurance office. An account is issued only after verification in person. If this mail reached the wrong address, please delete it and what is attached.`,
    },
    NO_LINKS.en,
  ],
} satisfies Record<string, readonly Block[]>;

function fact(label: string, value: string | null): (readonly [string, string])[] {
  return value === null ? [] : [[label, value]];
}

/** `0397097379` → `0397****79`. */
function masked(insuranceNumber: string): string {
  return `${insuranceNumber.slice(0, 4)}****${insuranceNumber.slice(-2)}`;
}
