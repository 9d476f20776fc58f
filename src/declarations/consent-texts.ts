/** A purpose that the citizen agrees to, explicitly and apart from the others; no tick is ever set beforehand [S]. */
export interface ConsentText {
  purpose: 'commitment' | 'data-processing' | 'email-copy' | 'email-for-notices';
  version: string;
  required: boolean;
  texts: { vi: string; en: string };
}

/** Every version of the texts, so that what somebody agreed to can always be shown again [D]. */
const TEXTS: readonly ConsentText[] = [
  {
    purpose: 'commitment',
    version: '2021-04',
    required: true,
    texts: {
      vi: 'Tôi cam đoan những nội dung kê khai là đúng và chịu trách nhiệm trước pháp luật về những nội dung đã kê khai.',
      en: 'I declare that what I have stated is true, and I answer for it before the law.',
    },
  },
  {
    purpose: 'data-processing',
    version: '2021-04',
    required: true,
    texts: {
      vi: 'Tôi đồng ý để cơ quan BHXH xử lý thông tin và ảnh tôi gửi, kể cả ảnh giấy tờ tùy thân, chỉ nhằm đăng ký tài khoản giao dịch điện tử.',
      en: 'I agree that BHXH processes the data and photos I send, images of my identity paper included, only to register my account.',
    },
  },
  {
    purpose: 'email-copy',
    version: '2021-04',
    required: false,
    texts: { vi: 'Tôi muốn nhận tờ khai qua email.', en: 'I want to receive the declaration by e-mail.' },
  },
  {
    purpose: 'email-for-notices',
    version: '2021-04',
    required: false,
    texts: {
      vi: 'Tôi đồng ý nhận các thông báo khác của cơ quan BHXH qua email này.',
      en: 'I agree to receive other notices of BHXH at this e-mail address.',
    },
  },
];

export const CURRENT_CONSENT_VERSION = '2021-04';

export const CONSENT_VERSIONS: readonly string[] = [...new Set(TEXTS.map(({ version }) => version))];

export function consentTexts(version: string): readonly ConsentText[] {
  return TEXTS.filter((text) => text.version === version);
}
