import { REGISTRY_WARNINGS } from '../registry/registry-warnings.ts';

/** What a receipt may warn of; a warning never blocks [S]. Texts say what to do next. */
export const WARNINGS = {
  ...REGISTRY_WARNINGS,
  'office-far-from-address': {
    vi: 'Cơ quan tiếp nhận ở tỉnh, thành phố khác với địa chỉ liên hệ. Quý vị vẫn có thể đến cơ quan BHXH gần nhất.',
    en: 'The receiving office lies in another province than your address. You may still visit the nearest office.',
  },
} as const satisfies Record<string, { vi: string; en: string }>;

export type WarningCode = keyof typeof WARNINGS;
