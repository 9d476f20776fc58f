/** What an officer is warned of and a citizen is not, because it concerns other people; with what to do. */
export const STAFF_WARNINGS = {
  'phone-used-by-another-account': {
    vi: 'Số điện thoại này đã dùng cho tài khoản của người khác. Gia đình có thể dùng chung; vui lòng hỏi người khai trước khi duyệt.',
    en: 'This phone is used by another person’s account. Families may share one; please ask before approving.',
  },
} as const satisfies Record<string, { vi: string; en: string }>;

export type StaffWarning = keyof typeof STAFF_WARNINGS;
