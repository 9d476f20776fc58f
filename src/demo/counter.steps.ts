import { GUIDES_OFFICE, NAMED_STAFF, SIMULATED_PASSWORD } from '../simulator/named-staff.ts';
import type { Approved, Dossier, HistoryStep, Lease, ListedDossier, StaffSession } from './answers.ts';
import { Refused, StepFailed } from './intake-client.ts';
import { size, vietnameseTime } from './page.ts';
import { saveFile } from './saved-file.ts';
import type { Filed, Stage } from './story.ts';

/** The clerk of the receiving office who may approve. */
const CLERK = NAMED_STAFF.find(({ officeCode, mayApprove }) => officeCode === GUIDES_OFFICE && mayApprove)!;

const MATCHES: Readonly<Record<string, readonly [vietnamese: string, english: string]>> = {
  match: ['khớp', 'it matches'],
  'unknown-number': ['mã số chưa có trong cơ sở dữ liệu', 'the registry does not know the number'],
};

const CHECKLIST = {
  personPresent: 'Người khai có mặt · the person is there',
  originalIdSeen: 'Đã xem giấy tờ bản chính · the original paper was seen',
  portraitMatches: 'Khuôn mặt khớp ảnh · the face matches the portrait',
  phoneConfirmed: 'Điện thoại chính chủ · the phone is the person’s own',
  formSigned: 'Tờ khai đã ký, đã lưu · the signed form is filed',
};

/** The clerk logs in, finds the dossier, looks at it and its photos, takes it, checks the person and approves. @returns the clerk's token */
export async function approveAtTheCounter(stage: Stage, filed: Filed): Promise<string> {
  const { client, page } = stage;
  const path = `/v1/staff/declarations/${filed.receipt.id}`;
  page.chapter('Tại quầy: xác minh và duyệt', 'at the counter: verification and approval');

  const { accessToken: token, staff } = await logIn(stage);
  page.done(`${staff.fullName} (${CLERK.username}, cơ quan ${staff.officeCode}) đăng nhập`, 'the clerk logs in');
  await findInQueue(stage, filed, token);

  const { body: dossier, headers } = await client.json<Dossier>('GET', path, { token });
  compare(stage, dossier);
  await lookAtPhotos(stage, filed, dossier, token);

  const { body: lease } = await client.json<Lease>('POST', `${path}/lease`, { token });
  page.done(`Nhận hồ sơ để xử lý, giữ đến ${vietnameseTime(lease.until)}`, 'takes the dossier; nobody else can decide it meanwhile');

  page.line();
  for (const words of Object.values(CHECKLIST)) page.line(`   ☑ ${words}`);
  page.line(`   ☑ Nhập lại số giấy tờ từ bản chính · types in the number of the original again: ${filed.persona.person.idNumber}`);
  const { body: approved } = await client.json<Approved>('POST', `${path}/approval`, {
    token,
    headers: { 'Lease-Token': lease.leaseToken, 'If-Match': headers.get('ETag') ?? '' },
    json: {
      checklist: {
        ...Object.fromEntries(Object.keys(CHECKLIST).map((point) => [point, true])),
        originalIdNumber: filed.persona.person.idNumber,
      },
    },
  });
  page.done(`Duyệt: ${approved.status}, tài khoản ${approved.account.insuranceNumber} ${approved.account.state}`, 'approved');
  return token;
}

/** Every change and every view of the dossier, as the office sees it. */
export async function showHistory({ client, page }: Stage, { receipt }: Filed, token: string): Promise<void> {
  const { body: history } = await client.json<{ items: HistoryStep[] }>('GET', `/v1/staff/declarations/${receipt.id}/history`, { token });
  page.chapter('Lịch sử hồ sơ', 'the dossier’s history, every view included');
  page.table(
    ['Lúc · at', 'Việc · what', 'Trạng thái · status', 'Ai · who'],
    history.items.map(({ at, action, to, actor }) => [vietnameseTime(at), action, to ?? '', actor.name ?? actor.kind]),
  );
}

async function logIn({ client }: Stage): Promise<StaffSession> {
  try {
    return (
      await client.json<StaffSession>('POST', '/v1/staff/sessions', { json: { username: CLERK.username, password: SIMULATED_PASSWORD } })
    ).body;
  } catch (fault) {
    if (!(fault instanceof Refused && fault.code === 'invalid-credentials')) throw fault;
    throw new StepFailed(`${CLERK.username} cannot log in with the simulator’s password: it was changed on this server.`);
  }
}

async function findInQueue({ client, page }: Stage, { receipt }: Filed, token: string): Promise<void> {
  const { body: queues } = await client.json<{ counts: Record<string, number> }>('GET', '/v1/staff/queues', { token });
  const { body: newest } = await client.json<{ items: ListedDossier[] }>('GET', '/v1/staff/declarations?queue=new&sort=-age&limit=20', {
    token,
  });
  const listed = newest.items.find(({ id }) => id === receipt.id);
  page.done(`Hồ sơ mới trong hàng đợi: ${queues.counts['new']}`, 'the queue of new dossiers');
  if (listed) {
    page.facts(
      ['Số hồ sơ', 'dossier number', receipt.dossierNumber],
      ['Họ và tên', 'name', listed.fullName],
      ['Mã số BHXH', 'insurance number, masked', listed.insuranceNumber],
      ['Điện thoại', 'phone, masked', listed.phone],
    );
  }
  page.line();
}

function compare({ page }: Stage, { declared, registry }: Dossier): void {
  const known = registry.person;
  page.table(
    ['', 'Kê khai · declared', 'Cơ sở dữ liệu · registry'],
    [
      ['Họ và tên · name', declared.fullName, known?.fullName ?? '–'],
      ['Mã số BHXH · insurance number', declared.insuranceNumber, known?.insuranceNumber ?? '–'],
      ['Số giấy tờ · identity paper', declared.idNumber, known?.idNumber ?? '–'],
      ['Ngày sinh · born on', '', known?.dateOfBirth ?? '–'],
    ],
  );
  const [vietnamese, english] = MATCHES[registry.match] ?? [registry.match, 'declared beside registered'];
  page.done(`Đối chiếu: ${vietnamese}`, english);
}

async function lookAtPhotos({ client, page, out }: Stage, { receipt }: Filed, { photos }: Dossier, token: string): Promise<void> {
  const rows: string[][] = [];
  for (const { slot, width, height } of photos) {
    const jpeg = await client.bytes(`/v1/staff/declarations/${receipt.id}/photos/${slot}`, { token });
    rows.push([slot, `${width}×${height}`, size(jpeg.length), await saveFile(out, `${slot}.jpg`, jpeg)]);
  }
  page.line();
  page.table(['Ảnh · photo', '', '', 'Đã lưu · saved'], rows);
  page.done('Xem từng ảnh', 'looks at every photo; each view is on record');
}
