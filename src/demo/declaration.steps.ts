import { randomUUID } from 'node:crypto';
import { PERSONAS, type Persona } from '../registry/registry.personas.ts';
import type { Office, Place, Receipt } from './answers.ts';
import { Refused, StepFailed } from './intake-client.ts';
import { vietnameseTime } from './page.ts';
import type { Filed, Stage } from './story.ts';

/** The guide's example lives in Hà Nội and chooses an office in Hải Phòng [S]; street and house are ours. */
const ADDRESS = { provinceCode: '01', districtCode: '001', wardCode: '00001', street: 'Số 12, phố Tân Ấp' };
const OFFICE = '03102';
const SLOTS = ['portrait', 'idFront', 'idBack'] as const;
const OLD_ENOUGH = '2003-01-01';

/** Who may stand in when somebody has played the guide's persona already: whoever has an own phone and may have an account. */
const CAST = PERSONAS.filter(({ person }) => person.phone !== null && person.diedOn === null && person.dateOfBirth < OLD_ENOUGH);

/** Sends the form of the first of the cast who has neither a dossier nor an account. */
export async function sendDeclaration(stage: Stage): Promise<Filed> {
  for (const persona of CAST) {
    const email = `${persona.key.split('-').at(-1)}@example.com`;
    const form = await filledIn(stage, persona, email);
    try {
      const { body: receipt } = await stage.client.json<Receipt>('POST', '/v1/declarations', {
        form,
        headers: { 'Idempotency-Key': randomUUID() },
      });
      return { persona, email, receipt };
    } catch (fault) {
      if (!(fault instanceof Refused && TAKEN.has(fault.code))) throw fault;
    }
  }
  throw new StepFailed(
    'every invented person of the registry has a dossier by now. Leave out --url, or empty the server with POST /_sim/reset.',
  );
}

const TAKEN = new Set(['declaration-already-open', 'already-registered']);

/** Tells the form as it was sent. */
export async function showDeclaration({ client, page }: Stage, { persona, email }: Filed): Promise<void> {
  const { person } = persona;
  const [address, office] = await Promise.all([
    fullAddress(client),
    client.json<Office>('GET', `/v1/offices/${OFFICE}`).then(({ body }) => body),
  ]);
  page.chapter('Người dân điền tờ khai', 'the citizen fills in the form');
  page.facts(
    ['Mã số BHXH', 'insurance number', person.insuranceNumber],
    ['Họ và tên', 'name', person.fullName],
    ['Số giấy tờ', 'identity paper', person.idNumber],
    ['Địa chỉ', 'address', address],
    ['Điện thoại', 'phone', localPhone(person.phone)],
    ['Cơ quan BHXH', 'receiving office', officeLine(office)],
    ['Nhận tờ khai qua email', 'e-mail copy', `☑ ${email}`],
    ['Cam đoan, đồng ý', 'commitment, consent', '☑ ☑'],
  );
}

/** Tells what came back: the number, and the notice to the letter. */
export function showReceipt({ page }: Stage, { receipt }: Filed): void {
  page.chapter('Gửi đi, nhận số hồ sơ', 'sends it with three photos, gets a dossier number');
  page.facts(
    ['Số hồ sơ', 'dossier number', receipt.dossierNumber],
    ['Nhận lúc', 'received at', vietnameseTime(receipt.submittedAt)],
    ['Mã tra cứu', 'tracking code', receipt.trackingCode],
    ...receipt.warnings.map(({ message }) => ['Lưu ý', 'warning', message] as const),
  );
  page.line();
  page.quote(receipt.message);
}

async function filledIn({ client }: Stage, { key, person }: Persona, email: string): Promise<FormData> {
  const form = new FormData();
  const fields = {
    insuranceNumber: person.insuranceNumber,
    fullName: person.fullName,
    idNumber: person.idNumber,
    ...ADDRESS,
    phone: localPhone(person.phone),
    officeCode: OFFICE,
    emailCopy: 'true',
    email,
    commitmentAccepted: 'true',
    dataProcessingAccepted: 'true',
  };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const slot of SLOTS) {
    const photo = await client.bytes(`/_sim/photos/${slot}?persona=${key}`);
    form.append(slot, new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), `${slot}.jpg`);
  }
  return form;
}

async function fullAddress(client: Stage['client']): Promise<string> {
  const lists: readonly (readonly [path: string, code: string])[] = [
    [`/v1/places/districts/${ADDRESS.districtCode}/wards`, ADDRESS.wardCode],
    [`/v1/places/provinces/${ADDRESS.provinceCode}/districts`, ADDRESS.districtCode],
    ['/v1/places/provinces', ADDRESS.provinceCode],
  ];
  const names = lists.map(async ([path, code]) => {
    const { body: places } = await client.json<Place[]>('GET', path);
    return places.find((place) => place.code === code)?.fullName ?? code;
  });
  return [ADDRESS.street, ...(await Promise.all(names))].join(', ');
}

function officeLine({ code, name, phone, address }: Office): string {
  return [`[${code}] ${name}`, phone, address].filter((part) => part !== null).join(' · ');
}

/** `+84352153000` → `0352 153 000`, as people write it. */
function localPhone(phone: string | null): string {
  return (phone ?? '').replace(/^\+84(\d{3})(\d{3})(\d{3})$/, '0$1 $2 $3');
}
