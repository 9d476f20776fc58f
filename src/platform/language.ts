/** The two languages in which people are spoken to. */
export type Language = 'vi' | 'en';
