import type { DeclarationForm } from '../../src/declarations/form/declaration-form.ts';
import { Dice } from '../../src/simulator/photo-lab/dice.ts';

/** One invented person's declaration, and how the person's client behaves. */
export interface Application {
  readonly serial: number;
  /** The Idempotency-Key of the submission, the same in every repeat. */
  readonly key: string;
  readonly way: 'one-shot' | 'draft';
  /** The fields as they are typed. */
  readonly typed: Readonly<Record<string, string | boolean>>;
  /** What must rest in the database. The version of the consents is the service's to choose. */
  readonly declared: Readonly<Omit<DeclarationForm, 'consentVersion'>>;
  /** Another application for the same insurance number goes out at the same moment: exactly one of the two may win. */
  readonly hasRival: boolean;
  /** Milliseconds after which the client breaks off its first requests, as a phone does in a lift. */
  readonly breaksOff: readonly number[];
  /** Whether the client leaves at the first request whose outcome it does not know. It returns when all is over. */
  readonly givesUp: boolean;
  /** Whether the client sends everything again after it has its answer. */
  readonly asksAgain: boolean;
}

export const OFFICES = ['03102', '00101', '04801'] as const;

/** Shapes that only these people's data have, so that a log can be searched for them. */
export const PERSONAL_DATA = /\b91\d{8}\b|\b001085\d{6}\b|(?:\+84|\b0)35[ .]?\d{3}[ .]?\d{4}\b|[\w.]+@crash\.example\.com|Ngõ Thử Nghiệm/;

/** @param alone nobody has a rival */
export function makeApplications(seed: string, count: number, { alone = false } = {}): Application[] {
  return Array.from({ length: count }, (_, serial) => makeApplication(seed, serial, alone ? 0 : count));
}

function makeApplication(seed: string, serial: number, count: number): Application {
  const dice = new Dice(`${seed} application ${serial}`);
  const elder = serial - (serial % 2);
  const hasRival = elder + 1 < count && new Dice(`${seed} pair ${elder}`).next() < 0.06;
  const emailCopy = dice.next() < 1 / 3;
  const declared = {
    insuranceNumber: `91${digits(hasRival ? elder : serial, 8)}`,
    fullName: `${dice.pick(FAMILY_NAMES)} ${dice.pick(MIDDLE_NAMES)} ${dice.pick(GIVEN_NAMES)}`.normalize('NFC'),
    idNumber: `001085${digits(serial, 6)}`,
    idType: 'cccd',
    provinceCode: '01',
    districtCode: '001',
    wardCode: '00001',
    street: `Số ${serial + 1}, Ngõ Thử Nghiệm`,
    phone: `+8435${digits(serial, 7)}`,
    officeCode: dice.pick(OFFICES),
    emailCopy,
    emailForNotices: false,
    email: emailCopy ? `citizen.${serial}@crash.example.com` : null,
    commitmentAccepted: true,
    dataProcessingAccepted: true,
  } as const;
  return {
    serial,
    key: `crash-${seed}-${serial}`,
    way: dice.next() < 0.5 ? 'one-shot' : 'draft',
    typed: typedFrom(declared, dice),
    declared,
    hasRival,
    breaksOff: dice.next() < 0.2 ? Array.from({ length: dice.whole(1, 3) }, () => dice.whole(1, 300)) : [],
    givesUp: dice.next() < 0.03,
    asksAgain: dice.next() < 0.15,
  };
}

/** People type names in any Unicode form and phones in any spelling. */
function typedFrom(declared: Application['declared'], dice: Dice): Application['typed'] {
  const { email, idType: _idType, emailForNotices: _notices, fullName, phone, districtCode, wardCode, ...rest } = declared;
  const national = `0${phone.slice(3)}`;
  return {
    ...rest,
    districtCode: districtCode ?? '',
    wardCode: wardCode ?? '',
    fullName: dice.next() < 0.2 ? fullName.normalize('NFD') : fullName,
    phone: dice.pick([national, phone, `${national.slice(0, 3)} ${national.slice(3, 6)} ${national.slice(6)}`]),
    ...(email === null ? {} : { email }),
  };
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

const FAMILY_NAMES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Huỳnh', 'Hoàng', 'Đặng', 'Bùi', 'Đỗ', 'Ngô'];
const MIDDLE_NAMES = ['Thị', 'Văn', 'Hữu', 'Ngọc', 'Đình', 'Thị Thuỳ', 'Quốc', 'Minh'];
const GIVEN_NAMES = ['Ước', 'Hoà', 'Hương', 'Dũng', 'Phượng', 'Nghĩa', 'Trâm', 'Kiệt', 'Yến', 'Quý'];
