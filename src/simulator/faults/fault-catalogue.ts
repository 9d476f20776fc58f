/** Where a fault strikes: a provider of ours, or the line between us and the client. */
export const FAULT_AREAS = ['sms', 'smtp', 'storage', 'registry', 'database', 'http'] as const;
export type FaultArea = (typeof FAULT_AREAS)[number];

interface Texts {
  readonly vi: string;
  readonly en: string;
}

/** A whole number that a fault can be told; `milliseconds` are real ones, `seconds` those of the domain's clock. */
export interface FaultParameter {
  readonly byDefault: number;
  readonly least: number;
  readonly most: number;
}

export interface FaultDescription {
  readonly area: FaultArea;
  readonly does: Texts;
  /** What a client should see of it, and do. */
  readonly leadsTo: Texts;
  readonly parameters: Readonly<Record<string, FaultParameter>>;
}

const MILLISECONDS = { byDefault: 1_000, least: 1, most: 30_000 } as const;
const NONE = {} as const;
const later = (byDefault: number) => ({ seconds: { byDefault, least: 0, most: 2_592_000 } }) as const;
const status = (byDefault: number, least: number, most: number) => ({ status: { byDefault, least, most } }) as const;

/** Every fault there is. The door checks against it, the page of the simulator shows it, and a test meets each of them. */
export const FAULTS = {
  'sms-refused': {
    area: 'sms',
    does: { vi: 'Tổng đài từ chối hẳn số này', en: 'The gateway refuses this number for good' },
    leadsTo: { vi: 'Tin `permanent-failure`, không thử lại', en: 'Message `permanent-failure`, no other try' },
    parameters: NONE,
  },
  'sms-timeout': {
    area: 'sms',
    does: { vi: 'Tổng đài không trả lời', en: 'The gateway does not answer' },
    leadsTo: { vi: 'Tin `temporary-failure`, thử lại', en: 'Message `temporary-failure`, tried again' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'sms-4xx': {
    area: 'sms',
    does: { vi: 'Tổng đài trả lời 4xx', en: 'The gateway answers 4xx' },
    leadsTo: {
      vi: '429 và 408: thử lại; mã khác: `permanent-failure`',
      en: '429 and 408: tried again; any other: `permanent-failure`',
    },
    parameters: status(429, 400, 499),
  },
  'sms-5xx': {
    area: 'sms',
    does: { vi: 'Tổng đài trả lời 5xx', en: 'The gateway answers 5xx' },
    leadsTo: { vi: 'Tin `temporary-failure`, thử lại', en: 'Message `temporary-failure`, tried again' },
    parameters: status(503, 500, 599),
  },
  'sms-slow': {
    area: 'sms',
    does: { vi: 'Tổng đài nhận tin chậm', en: 'The gateway takes its time' },
    leadsTo: { vi: 'Tin `delivered`, muộn hơn', en: 'Message `delivered`, a little later' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'sms-no-receipt': {
    area: 'sms',
    does: { vi: 'Tin đến máy nhưng không có báo nhận', en: 'The phone has it, but no receipt ever comes' },
    leadsTo: { vi: 'Tin ở lại `sent`', en: 'Message stays `sent`' },
    parameters: NONE,
  },
  'sms-late': {
    area: 'sms',
    does: { vi: 'Tin được nhận gửi, đến máy sau đó', en: 'Accepted now, on the phone later' },
    leadsTo: { vi: 'Tin `sent`, khi đến nơi `delivered`', en: 'Message `sent`, and `delivered` when it is there' },
    parameters: later(600),
  },
  'sms-doubled': {
    area: 'sms',
    does: { vi: 'Máy nhận tin hai lần', en: 'The phone gets it twice' },
    leadsTo: { vi: 'Hai tin giống nhau, một mật khẩu', en: 'Two equal messages, one password' },
    parameters: NONE,
  },
  'sms-bounced': {
    area: 'sms',
    does: { vi: 'Được nhận gửi, sau đó báo không chuyển được', en: 'Accepted, then reported undeliverable' },
    leadsTo: {
      vi: 'Tin `sent` rồi `permanent-failure`; hồ sơ vào hàng đợi `failed-messages`',
      en: 'Message `sent`, then `permanent-failure`; the dossier is in the queue `failed-messages`',
    },
    parameters: later(0),
  },
  'smtp-refused': {
    area: 'smtp',
    does: { vi: 'Máy chủ thư từ chối kết nối', en: 'The mail server refuses the connection' },
    leadsTo: { vi: 'Tin `temporary-failure`, thử lại', en: 'Message `temporary-failure`, tried again' },
    parameters: NONE,
  },
  'smtp-timeout': {
    area: 'smtp',
    does: { vi: 'Máy chủ thư nhận kết nối rồi im lặng', en: 'The mail server takes the connection and says nothing' },
    leadsTo: { vi: 'Tin `temporary-failure`, thử lại', en: 'Message `temporary-failure`, tried again' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'smtp-4xx': {
    area: 'smtp',
    does: { vi: 'Máy chủ thư tạm từ chối người nhận (4xx)', en: 'The mail server refuses the recipient, and may take it later (4xx)' },
    leadsTo: { vi: 'Tin `temporary-failure`, thử lại', en: 'Message `temporary-failure`, tried again' },
    parameters: status(451, 400, 499),
  },
  'smtp-5xx': {
    area: 'smtp',
    does: { vi: 'Máy chủ thư từ chối hẳn người nhận (5xx)', en: 'The mail server refuses the recipient for good (5xx)' },
    leadsTo: { vi: 'Tin `permanent-failure`', en: 'Message `permanent-failure`' },
    parameters: status(550, 500, 599),
  },
  'smtp-slow': {
    area: 'smtp',
    does: { vi: 'Máy chủ thư nhận thư chậm', en: 'The mail server takes its time' },
    leadsTo: { vi: 'Tin `sent`, muộn hơn', en: 'Message `sent`, a little later' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'smtp-no-receipt': {
    area: 'smtp',
    does: { vi: 'Thư đã được nhận nhưng câu trả lời 250 bị mất', en: 'The mail is taken, but the answer 250 is lost' },
    leadsTo: {
      vi: 'Gửi lại với cùng Message-ID; hộp thư nhận ra thư trùng',
      en: 'Sent again under the same Message-ID, which the mailbox recognises',
    },
    parameters: NONE,
  },
  'smtp-late': {
    area: 'smtp',
    does: { vi: 'Thư được nhận gửi, đến hộp thư sau đó', en: 'Accepted now, in the mailbox later' },
    leadsTo: { vi: 'Tin `sent` trước khi thư đến', en: 'Message `sent` before the mail is there' },
    parameters: later(600),
  },
  'smtp-doubled': {
    area: 'smtp',
    does: { vi: 'Hộp thư nhận thư hai lần', en: 'The mailbox gets it twice' },
    leadsTo: { vi: 'Hai thư giống nhau', en: 'Two equal mails' },
    parameters: NONE,
  },
  'smtp-bounced': {
    area: 'smtp',
    does: { vi: 'Được nhận gửi, sau đó bị trả lại', en: 'Accepted, then bounced' },
    leadsTo: { vi: 'Tin `sent` rồi `permanent-failure`', en: 'Message `sent`, then `permanent-failure`' },
    parameters: later(0),
  },
  'storage-full': {
    area: 'storage',
    does: { vi: 'Kho ảnh hết chỗ', en: 'The photo store is full' },
    leadsTo: {
      vi: '503 `service-unavailable`, không lưu gì; gửi lại cùng khóa',
      en: '503 `service-unavailable`, nothing is kept; send again with the same key',
    },
    parameters: NONE,
  },
  'storage-slow': {
    area: 'storage',
    does: { vi: 'Kho ảnh chậm', en: 'The photo store is slow' },
    leadsTo: { vi: 'Câu trả lời đến muộn hơn', en: 'The answer comes later' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'storage-corrupt-read': {
    area: 'storage',
    does: { vi: 'Ảnh đọc ra bị hỏng một byte', en: 'A photo is read with one byte wrong' },
    leadsTo: { vi: '500, không bao giờ là ảnh hỏng', en: '500, never a damaged photo' },
    parameters: NONE,
  },
  'registry-down': {
    area: 'registry',
    does: { vi: 'Cơ sở dữ liệu quốc gia không trả lời', en: 'The national databases do not answer' },
    leadsTo: { vi: '503 `service-unavailable`, không lưu gì', en: '503 `service-unavailable`, nothing is kept' },
    parameters: NONE,
  },
  'registry-slow': {
    area: 'registry',
    does: { vi: 'Cơ sở dữ liệu quốc gia trả lời chậm', en: 'The national databases take their time' },
    leadsTo: { vi: 'Câu trả lời đến muộn hơn', en: 'The answer comes later' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'registry-mismatch': {
    area: 'registry',
    does: { vi: 'Trả lời với dữ liệu của người khác tên', en: 'Answers with a person of another name' },
    leadsTo: {
      vi: 'Cảnh báo `data-differs-from-registry` khi gửi, 422 khi duyệt',
      en: 'Warning `data-differs-from-registry` at sending, 422 at approval',
    },
    parameters: NONE,
  },
  'registry-unknown': {
    area: 'registry',
    does: { vi: 'Không tìm thấy ai', en: 'Knows nobody' },
    leadsTo: { vi: 'Cảnh báo `number-unknown-to-registry`', en: 'Warning `number-unknown-to-registry`' },
    parameters: NONE,
  },
  'database-deadlock': {
    area: 'database',
    does: { vi: 'Giao dịch ghi bị hủy vì khóa chéo (40P01)', en: 'A writing transaction is ended by a deadlock (40P01)' },
    leadsTo: {
      vi: 'Không thấy gì: máy chủ tự thử lại; từ lần thứ ba 503',
      en: 'Nothing: it is tried again inside; three in a row are a 503',
    },
    parameters: NONE,
  },
  'database-serialization-failure': {
    area: 'database',
    does: { vi: 'Giao dịch ghi bị hủy khi kết thúc (40001)', en: 'A writing transaction is ended at its commit (40001)' },
    leadsTo: { vi: 'Như `database-deadlock`', en: 'As `database-deadlock`' },
    parameters: NONE,
  },
  'database-connection-lost-before-commit': {
    area: 'database',
    does: { vi: 'Kết nối đứt ngay trước khi ghi xong', en: 'The connection breaks just before the commit' },
    leadsTo: { vi: '503, không lưu gì', en: '503, nothing is kept' },
    parameters: NONE,
  },
  'database-connection-lost-after-commit': {
    area: 'database',
    does: { vi: 'Kết nối đứt ngay sau khi ghi xong', en: 'The connection breaks just after the commit' },
    leadsTo: {
      vi: '503 dù đã lưu; gửi lại cùng khóa thì nhận đúng câu trả lời cũ',
      en: '503 though it is kept; the same key again gives the answer',
    },
    parameters: NONE,
  },
  'http-slow-before-commit': {
    area: 'http',
    does: { vi: 'Yêu cầu bị giữ lại trước khi được xử lý', en: 'The request is held up before anything is done' },
    leadsTo: { vi: 'Chờ', en: 'A wait' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'http-slow-after-commit': {
    area: 'http',
    does: { vi: 'Đã xử lý xong, câu trả lời bị giữ lại', en: 'All is done, the answer is held up' },
    leadsTo: { vi: 'Chờ; ai bỏ đi thì gửi lại cùng khóa', en: 'A wait; who leaves sends the same key again' },
    parameters: { milliseconds: MILLISECONDS },
  },
  'http-5xx-before-commit': {
    area: 'http',
    does: { vi: 'Trả lời 5xx, chưa xử lý gì', en: 'Answers 5xx, nothing is done' },
    leadsTo: { vi: 'Gửi lại cùng khóa thì được xử lý', en: 'The same key again is dealt with' },
    parameters: status(503, 500, 599),
  },
  'http-5xx-after-commit': {
    area: 'http',
    does: { vi: 'Đã xử lý xong nhưng trả lời 5xx', en: 'All is done, but the answer is 5xx' },
    leadsTo: { vi: 'Gửi lại cùng khóa thì nhận câu trả lời đã mất', en: 'The same key again gives the lost answer' },
    parameters: status(503, 500, 599),
  },
  'http-reset-before-commit': {
    area: 'http',
    does: { vi: 'Đứt kết nối, chưa xử lý gì', en: 'The connection is reset, nothing is done' },
    leadsTo: { vi: 'Gửi lại cùng khóa thì được xử lý', en: 'The same key again is dealt with' },
    parameters: NONE,
  },
  'http-reset-after-commit': {
    area: 'http',
    does: { vi: 'Số đã cấp, câu trả lời bị mất', en: 'Number issued, answer lost' },
    leadsTo: {
      vi: 'Gửi lại cùng khóa thì nhận cùng số, `Idempotent-Replayed: true`',
      en: 'The same key again gives the same number, `Idempotent-Replayed: true`',
    },
    parameters: NONE,
  },
  'http-cut-answer-before-commit': {
    area: 'http',
    does: { vi: 'Câu trả lời 200 bị cắt ngang, chưa xử lý gì', en: 'An answer 200 breaks off, nothing is done' },
    leadsTo: { vi: 'Không tin câu trả lời chưa trọn; gửi lại', en: 'Half an answer is none; send again' },
    parameters: NONE,
  },
  'http-cut-answer-after-commit': {
    area: 'http',
    does: { vi: 'Đã xử lý xong, câu trả lời bị cắt ngang', en: 'All is done, the answer breaks off in the middle' },
    leadsTo: { vi: 'Gửi lại cùng khóa thì nhận trọn câu trả lời', en: 'The same key again gives all of it' },
    parameters: NONE,
  },
} as const satisfies Record<string, FaultDescription>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

/** The names of one area, in the order in which they are met. */
export function faultsOf<Area extends FaultArea>(area: Area): FaultNameOf<Area>[] {
  return FAULT_NAMES.filter((name): name is FaultNameOf<Area> => FAULTS[name].area === area);
}

export type FaultNameOf<Area extends FaultArea> = {
  [Name in FaultName]: (typeof FAULTS)[Name]['area'] extends Area ? Name : never;
}[FaultName];

/** What a fault is told, defaults filled in. */
export type FaultParameters = Readonly<Record<string, number>>;

export function parametersOf(name: FaultName, given: FaultParameters = {}): FaultParameters {
  const known: Readonly<Record<string, FaultParameter>> = FAULTS[name].parameters;
  return Object.fromEntries(Object.entries(known).map(([parameter, { byDefault }]) => [parameter, given[parameter] ?? byDefault]));
}

/** A message's providers act on messages, which outlive the request that caused them. */
export function strikesRequests(name: FaultName): boolean {
  return !['sms', 'smtp'].includes(FAULTS[name].area);
}
