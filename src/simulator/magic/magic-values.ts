import { PERSONAS, type Persona } from '../../registry/registry.personas.ts';
import { FAULTS, parametersOf, type FaultArea, type FaultName, type FaultNameOf, type FaultParameters } from '../faults/fault-catalogue.ts';

/** The fields of a declaration that know magic values. */
export const MAGIC_FIELDS = ['phone', 'email', 'insuranceNumber', 'idNumber', 'officeCode'] as const;
export type MagicField = (typeof MAGIC_FIELDS)[number];

/** What a declaration with the value leads to, for machines. */
export type MagicOutcome =
  /** The state in which its message rests, and how often the citizen gets it; without moving the clock. */
  | { readonly messageState: string; readonly arrives: number }
  | { readonly status: 201; readonly warnings: readonly string[] }
  | { readonly status: 422 | 503; readonly code: string; readonly fault?: string };

export interface MagicValue {
  readonly field: MagicField;
  /** As a form takes it. */
  readonly value: string;
  readonly does: { readonly vi: string; readonly en: string };
  readonly outcome: MagicOutcome;
  /** The fault that is bound to it: it strikes whenever this value is met, while the desk is on. */
  readonly fault?: { readonly name: FaultName; readonly parameters: FaultParameters };
}

/** Invented numbers in a row, which no persona has. */
const phone = (last: string) => `03521539${last}`;
const mailbox = (name: string) => `${name}@magic.example`;

const bound = (name: FaultName) => ({ fault: { name, parameters: parametersOf(name) } });
const said = (vi: string, en: string) => ({ does: { vi, en } });
const rests = (messageState: string, arrives: number) => ({ outcome: { messageState, arrives } });
const warned = (...warnings: string[]) => ({ outcome: { status: 201 as const, warnings } });
const refused = (fault: string) => ({ outcome: { status: 422 as const, code: 'validation-failed', fault } });

const PHONES: readonly MagicValue[] = [
  { ...said('Tin đến ngay', 'The message arrives at once'), ...rests('delivered', 1), value: phone('00') },
  { ...said('Tổng đài từ chối hẳn', 'Refused for good'), ...rests('permanent-failure', 0), ...bound('sms-refused'), value: phone('01') },
  {
    ...said('Tổng đài không trả lời', 'No answer, every time'),
    ...rests('temporary-failure', 0),
    ...bound('sms-timeout'),
    value: phone('02'),
  },
  { ...said('Tổng đài luôn trả lời 429', '429, every time'), ...rests('temporary-failure', 0), ...bound('sms-4xx'), value: phone('03') },
  { ...said('Tổng đài luôn trả lời 503', '503, every time'), ...rests('temporary-failure', 0), ...bound('sms-5xx'), value: phone('04') },
  { ...said('Tin đến chậm một giây', 'Arrives a second later'), ...rests('delivered', 1), ...bound('sms-slow'), value: phone('05') },
  {
    ...said('Tin đến, không có báo nhận', 'Arrives, without a receipt'),
    ...rests('sent', 1),
    ...bound('sms-no-receipt'),
    value: phone('06'),
  },
  {
    ...said('Tin đến sau mười phút', 'Arrives after ten minutes of the clock'),
    ...rests('sent', 0),
    ...bound('sms-late'),
    value: phone('07'),
  },
  { ...said('Tin đến hai lần', 'Arrives twice'), ...rests('delivered', 2), ...bound('sms-doubled'), value: phone('08') },
  {
    ...said('Được nhận gửi, rồi báo không chuyển được', 'Accepted, then reported undeliverable'),
    ...rests('permanent-failure', 1),
    ...bound('sms-bounced'),
    value: phone('09'),
  },
].map((value) => ({ field: 'phone' as const, ...value }));

const EMAILS: readonly MagicValue[] = [
  { ...said('Thư đến ngay', 'The mail arrives at once'), ...rests('sent', 1), value: mailbox('ok') },
  {
    ...said('Máy chủ thư từ chối kết nối', 'Connection refused'),
    ...rests('temporary-failure', 0),
    ...bound('smtp-refused'),
    value: mailbox('refused'),
  },
  {
    ...said('Máy chủ thư im lặng', 'The server says nothing'),
    ...rests('temporary-failure', 0),
    ...bound('smtp-timeout'),
    value: mailbox('timeout'),
  },
  { ...said('Luôn 451', '451, every time'), ...rests('temporary-failure', 0), ...bound('smtp-4xx'), value: mailbox('4xx') },
  {
    ...said('550: không có hộp thư', '550: no such mailbox'),
    ...rests('permanent-failure', 0),
    ...bound('smtp-5xx'),
    value: mailbox('5xx'),
  },
  { ...said('Thư đến chậm một giây', 'Arrives a second later'), ...rests('sent', 1), ...bound('smtp-slow'), value: mailbox('slow') },
  {
    ...said('Thư đến, câu trả lời của máy chủ bị mất mỗi lần', 'Arrives, and the server’s answer is lost each time'),
    ...rests('temporary-failure', 1),
    ...bound('smtp-no-receipt'),
    value: mailbox('no-receipt'),
  },
  {
    ...said('Thư đến sau mười phút', 'Arrives after ten minutes of the clock'),
    ...rests('sent', 0),
    ...bound('smtp-late'),
    value: mailbox('late'),
  },
  { ...said('Thư đến hai lần', 'Arrives twice'), ...rests('sent', 2), ...bound('smtp-doubled'), value: mailbox('doubled') },
  {
    ...said('Được nhận gửi, rồi bị trả lại', 'Accepted, then bounced'),
    ...rests('permanent-failure', 1),
    ...bound('smtp-bounced'),
    value: mailbox('bounced'),
  },
].map((value) => ({ field: 'email' as const, ...value }));

const INSURANCE_NUMBERS: readonly MagicValue[] = [
  {
    ...said('Cơ sở dữ liệu không trả lời', 'The registry does not answer'),
    outcome: { status: 503 as const, code: 'service-unavailable' },
    ...bound('registry-down'),
    value: '7999000001',
  },
  {
    ...said('Cơ sở dữ liệu trả lời chậm', 'The registry takes its time'),
    ...warned('number-unknown-to-registry'),
    ...bound('registry-slow'),
    value: '7999000002',
  },
  {
    ...said('Là số của người khác tên', 'Belongs to somebody of another name'),
    ...warned('data-differs-from-registry'),
    ...bound('registry-mismatch'),
    value: '7999000003',
  },
  {
    ...said('Không ai có số này', 'Nobody’s number'),
    ...warned('number-unknown-to-registry'),
    ...bound('registry-unknown'),
    value: '7999000004',
  },
].map((value) => ({ field: 'insuranceNumber' as const, ...value }));

const ID_NUMBERS: readonly MagicValue[] = [
  { ...said('Không tỉnh nào có mã 999', 'No province has the code 999'), ...refused('id-province-unknown'), value: '999080000001' },
  { ...said('Năm sinh 2099', 'Born in 2099'), ...refused('id-birth-year-future'), value: '031299000001' },
  { ...said('Sai định dạng', 'Of no known shape'), ...refused('bad-format'), value: '0310800000' },
  { ...said('CMND chín số', 'An old card of nine digits'), ...warned('number-unknown-to-registry'), value: '080999000' },
  { ...said('Hộ chiếu nước ngoài', 'A foreign passport'), ...warned('number-unknown-to-registry'), value: 'XA9990001' },
].map((value) => ({ field: 'idNumber' as const, ...value }));

const OFFICE_CODES: readonly MagicValue[] = [
  {
    ...said('Đang tiếp nhận; mã đã kiểm chứng', 'Open, of a verified code: the guide’s own'),
    ...warned('number-unknown-to-registry'),
    value: '03102',
  },
  {
    ...said('Đang tiếp nhận; mã suy ra theo quy tắc', 'Open, of a derived code'),
    ...warned('number-unknown-to-registry', 'office-far-from-address'),
    value: '00100',
  },
  { ...said('Đã ngừng tiếp nhận, chưa biết nơi thay', 'Closed, nobody took over'), ...refused('office-closed'), value: '00404' },
  {
    ...said('Đã ngừng tiếp nhận, 07903 tiếp nhận thay', 'Closed, 07903 took over'),
    ...refused('office-closed'),
    value: '07904',
  },
  { ...said('Không có cơ quan này', 'No such office'), ...refused('office-unknown'), value: '09999' },
].map((value) => ({ field: 'officeCode' as const, ...value }));

/** Values of a declaration and what each does. Stored and readable like all others; those with a fault work only while the desk is on. */
export const MAGIC_VALUES: readonly MagicValue[] = [...PHONES, ...EMAILS, ...INSURANCE_NUMBERS, ...ID_NUMBERS, ...OFFICE_CODES];

/** The people of the registry by their own numbers: whose declaration fits, and what it shows. */
export const MAGIC_PEOPLE = PERSONAS.map(({ key, shows, person: { insuranceNumber, idNumber, fullName } }: Persona) => ({
  persona: key,
  insuranceNumber,
  idNumber,
  fullName,
  does: shows,
}));

/** Phones as providers know them: E.164. */
const asMet = ({ field, value }: MagicValue) => (field === 'phone' ? `+84${value.slice(1)}` : value);

const BOUND = new Map(MAGIC_VALUES.flatMap((value) => (value.fault ? [[asMet(value), value.fault] as const] : [])));

/** The fault that is bound to a phone (E.164), an address (lower case) or a number, if it is one of this area. */
export function magicFault<Area extends FaultArea>(
  area: Area,
  value: string,
): { readonly name: FaultNameOf<Area>; readonly parameters: FaultParameters } | undefined {
  const fault = BOUND.get(value);
  return fault && isOf(area, fault.name) ? { name: fault.name, parameters: fault.parameters } : undefined;
}

function isOf<Area extends FaultArea>(area: Area, name: FaultName): name is FaultNameOf<Area> {
  return FAULTS[name].area === area;
}
