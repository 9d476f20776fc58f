/** What a test wants out of a message without knowing its wording. */
export interface MessageFields {
  readonly account?: string;
  readonly password?: string;
  readonly otp?: string;
  readonly trackingCode?: string;
}

const PATTERNS: Readonly<Record<keyof MessageFields, RegExp>> = {
  account: /(?:Tai khoan|Account): (\d{10})\b/,
  password: /(?:Mat khau|Password): (\S+)/,
  otp: /\b(?:OTP|ma xac thuc)\b\D{0,60}(\d{6})\b/i,
  trackingCode: /\b([0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3})\b/,
};

/** Reads the values out of a message's text; a field that is not in it is absent. */
export function messageFields(text: string): MessageFields {
  const found = Object.entries(PATTERNS).flatMap(([name, pattern]) => {
    const value = pattern.exec(text)?.[1];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found) as MessageFields;
}
