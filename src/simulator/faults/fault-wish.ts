import { safeName } from '../../platform/http/input.pipe.ts';
import { validationFailed, type Fault } from '../../platform/refusal.ts';
import {
  FAULTS,
  isFaultName,
  parametersOf,
  strikesRequests,
  type FaultName,
  type FaultParameter,
  type FaultParameters,
} from './fault-catalogue.ts';

/** When a fault is to strike: at so many occasions in a row, or at each with a probability that a seed decides. */
export type FaultMode = { readonly count: number } | { readonly probability: number; readonly seed: number };

export type FaultWish = FaultMode & {
  readonly name: FaultName;
  /** Occasions that pass by first. */
  readonly skip: number;
  readonly parameters: FaultParameters;
};

const MOST_TIMES = 1_000_000;
const MOST_SEED = 2_147_483_647;

const TIMES: FaultParameter = { byDefault: 1, least: 1, most: MOST_TIMES };
const SKIP: FaultParameter = { byDefault: 0, least: 0, most: MOST_TIMES };
const SEED: FaultParameter = { byDefault: 0, least: 0, most: MOST_SEED };

const UNKNOWN: Fault['text'] = {
  vi: 'Không có lỗi mô phỏng mang tên này; GET /_sim/catalogue liệt kê tất cả.',
  en: 'There is no such fault; GET /_sim/catalogue lists them all.',
};
const UNKNOWN_KEY: Fault['text'] = {
  vi: 'Lỗi mô phỏng này không có tham số mang tên đó.',
  en: 'This fault takes no such parameter.',
};
const NOT_BY_REQUEST: Fault['text'] = {
  vi: 'Tin nhắn được gửi sau khi yêu cầu đã kết thúc: hãy dùng PUT /_sim/faults hoặc một số điện thoại, địa chỉ đặc biệt.',
  en: 'Messages go out after the request has ended: use PUT /_sim/faults, or a magic phone or address.',
};

/**
 * `{"sms-5xx": {"count": 2, "status": 502}, "storage-slow": {"probability": 0.1, "seed": 7}}`
 * @throws Refusal `validation-failed` naming every bad key
 */
export function faultWishesOf(body: object): FaultWish[] {
  const faults: Fault[] = [];
  const wishes = Object.entries(body).map(([name, told]) => wishOf(name, told, `/${safeName(name)}`, faults));
  if (faults.length > 0) throw validationFailed(faults);
  return wishes.filter((wish) => wish !== undefined);
}

/**
 * `http-reset-after-commit=1, storage-slow=2;milliseconds=50`: a name alone means once.
 * @throws Refusal `validation-failed` naming every bad key
 */
export function faultWishesOfHeader(header: string): FaultWish[] {
  const faults: Fault[] = [];
  const wishes = header.split(',').map((item) => {
    const [first = '', ...more] = item.split(';').map((part) => part.trim());
    const [name = '', count = '1'] = first.split('=').map((part) => part.trim());
    const pointer = `/Sim-Fault/${safeName(name)}`;
    if (isFaultName(name) && !strikesRequests(name)) {
      faults.push({ pointer, code: 'unknown-field', text: NOT_BY_REQUEST });
      return undefined;
    }
    const told = more.map((part) => part.split('=').map((side) => side.trim()) as [string, string?]);
    return wishOf(
      name,
      Object.fromEntries([['count', numberOf(count)], ...told.map(([key, value]) => [key, numberOf(value)])]),
      pointer,
      faults,
    );
  });
  if (faults.length > 0) throw validationFailed(faults);
  return wishes.filter((wish) => wish !== undefined);
}

/** Text that is no number stays what it is, and is refused as that. */
function numberOf(text: string | undefined): unknown {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function wishOf(name: string, told: unknown, pointer: string, faults: Fault[]): FaultWish | undefined {
  if (!isFaultName(name)) return void faults.push({ pointer, code: 'unknown-field', text: UNKNOWN });
  if (typeof told !== 'object' || told === null || Array.isArray(told)) return void faults.push({ pointer, code: 'wrong-type' });
  const given = told as Readonly<Record<string, unknown>>;
  const byChance = 'probability' in given;
  const parameters: Readonly<Record<string, FaultParameter>> = FAULTS[name].parameters;
  const modeKeys = byChance ? ['probability', 'seed'] : ['count'];
  const known = [...modeKeys, 'skip', ...Object.keys(parameters)];
  for (const key of Object.keys(given).filter((key) => !known.includes(key)))
    faults.push({ pointer: `${pointer}/${safeName(key)}`, code: 'unknown-field', text: UNKNOWN_KEY });
  if (!byChance && !('count' in given)) faults.push({ pointer: `${pointer}/count`, code: 'required' });

  const whole = (key: string, rule: FaultParameter): number => {
    const value = given[key];
    if (value === undefined) return rule.byDefault;
    if (typeof value === 'number' && Number.isInteger(value) && value >= rule.least && value <= rule.most) return value;
    faults.push({ pointer: `${pointer}/${key}`, code: typeof value === 'number' ? 'bad-format' : 'wrong-type', text: between(rule) });
    return rule.byDefault;
  };
  const values = Object.fromEntries(Object.entries(parameters).map(([key, rule]) => [key, whole(key, rule)]));
  const rest = { name, skip: whole('skip', SKIP), parameters: parametersOf(name, values) };
  if (!byChance) return { ...rest, count: whole('count', TIMES) };
  const { probability } = given;
  if (typeof probability !== 'number' || !(probability > 0 && probability <= 1))
    faults.push({
      pointer: `${pointer}/probability`,
      code: typeof probability === 'number' ? 'bad-format' : 'wrong-type',
      text: { vi: 'Phải là một số lớn hơn 0 và không quá 1.', en: 'Must be a number above 0 and at most 1.' },
    });
  return { ...rest, probability: Number(probability), seed: whole('seed', SEED) };
}

function between({ least, most }: FaultParameter): Fault['text'] {
  return { vi: `Phải là số nguyên từ ${least} đến ${most}.`, en: `Must be a whole number from ${least} to ${most}.` };
}
