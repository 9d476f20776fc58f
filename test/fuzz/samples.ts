import { GUIDES_OFFICE, NAMED_STAFF, SIMULATED_PASSWORD } from '../../src/simulator/named-staff.ts';
import { PHOTO_SLOTS } from '../../src/photos/photo-slot.ts';
import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Schema } from './api-description.ts';
import { digits, happens } from './luck.ts';

type Facts = Readonly<Record<string, unknown>>;

/** Good values by the names that the API gives them. Free text holds the canary. */
export function freshFacts(dice: Dice, canary: string, template: string): Facts {
  return {
    insuranceNumber: `7${digits(dice, 9)}`,
    fullName: `Nguyễn Thị ${canary}`,
    idNumber: `001085${digits(dice, 6)}`,
    idType: 'cccd',
    ...{ provinceCode: '01', districtCode: '001', wardCode: '00001', officeCode: dice.pick([GUIDES_OFFICE, '03103', '00101']) },
    street: `Số 1, ngõ ${canary}`,
    phone: `035${digits(dice, 7)}`,
    // Every mail carries a PDF, which takes its time.
    emailCopy: happens(dice, 0.05),
    emailForNotices: happens(dice, 0.1),
    email: `${canary}@example.com`,
    ...{ commitmentAccepted: true, dataProcessingAccepted: true, consentVersion: '2021-04' },
    ...{ text: `Lời nhắn ${canary}`, reason: `Vì ${canary}`, internalNote: canary, q: dice.pick([canary, 'ngo quyen', 'ha noi']) },
    ...{ username: NAMED_STAFF[1]?.username, password: happens(dice, 0.5) ? SIMULATED_PASSWORD : canary },
    ...{ currentPassword: canary, newPassword: `Mật khẩu ${canary}`, refreshToken: canary },
    slot: dice.pick(PHOTO_SLOTS),
    ...dice.pick([
      { field: 'phone', slot: undefined, reasonCode: 'phone-wrong' },
      { field: undefined, reasonCode: 'photo-blurred' },
      { field: undefined, slot: undefined, reasonCode: 'not-filed-by-this-person' },
    ]),
    code: template.startsWith('/problems')
      ? 'not-found'
      : template.includes('provinces')
        ? '31'
        : template.includes('districts')
          ? '304'
          : // What closes an office must not close the one at which everybody here files.
            template.startsWith('/v1/admin')
            ? dice.pick(['00103', '00104', '00105'])
            : GUIDES_OFFICE,
    ...(template.startsWith('/v1/offices') ? { provinceCode: '31', districtCode: '304', managementNumber: '3102' } : {}),
    limit: dice.whole(1, 100),
    cursor: dice.pick([undefined, undefined, base64url('["99999999999999","0199c2d4-1111-7000-8000-000000000000"]'), base64url('0:03102')]),
    ...{ persona: 'huynh-thi-minh', seed: digits(dice, 2), defect: undefined },
    // Waits are part of the answer's time: short ones.
    timeout: dice.pick([0, 0, 0.1]),
    ...{
      now: '2021-04-20T02:00:00Z',
      by: dice.pick(['PT15M', 'P3D', 'P1M']),
      kind: 'GD',
      year: dice.whole(2000, 2999),
      last: dice.whole(0, 99_999),
    },
    ...{ to: canary, dossierNumber: '49631.GD/2021/03102', template: 'credentials', state: 'delivered', channel: 'sms' },
    ...{
      'Idempotency-Key': `${canary}-${digits(dice, 6)}`,
      'X-Client-Id': canary,
      'X-Simulator-Key': canary,
      'If-Match': '"1"',
      'Lease-Token': canary,
      'Tus-Resumable': '1.0.0',
      'Upload-Length': dice.whole(1, 5_000),
      'Upload-Metadata': `slot ${Buffer.from(dice.pick(PHOTO_SLOTS)).toString('base64')},filename ${Buffer.from(canary).toString('base64')}`,
      'Upload-Offset': 0,
      'Upload-Checksum': happens(dice, 0.2) ? `sha1 ${Buffer.alloc(20).toString('base64')}` : undefined,
    },
  };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Makes values by schema: a fact where one is known under the name, else whatever the document shows as an example. */
export class Samples {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  of(schema: Schema, name: string, facts: Facts, dice: Dice, canary: string): unknown {
    const { $ref, allOf, ...own } = schema;
    if ($ref !== undefined) return this.of(this.schemas[$ref.split('/').at(-1)!] ?? {}, name, facts, dice, canary);
    if (allOf) return Object.assign({}, ...allOf.map((part) => this.of(part, name, facts, dice, canary)));
    if (own.properties) return this.object(own, facts, dice, canary);
    if (Object.hasOwn(facts, name)) return facts[name];
    if (own.enum) return dice.pick(own.enum);
    if (own.type === 'array') {
      const length = dice.whole(own.minItems ?? 0, Math.min(own.maxItems ?? 3, 3));
      return Array.from({ length }, () => this.of(own.items ?? {}, name, facts, dice, canary));
    }
    if (own.type === 'boolean') return happens(dice, 0.9);
    if (own.type === 'integer' || own.type === 'number')
      return own.example ?? dice.whole(own.minimum ?? 0, Math.min(own.maximum ?? 100, 1_000));
    return own.example ?? own.default ?? canary;
  }

  /** The members of an object schema; those that may be absent sometimes are. */
  object({ properties = {}, required = [] }: Schema, facts: Facts, dice: Dice, canary: string): Record<string, unknown> {
    const names = Object.keys(properties).filter((name) => required.includes(name) || happens(dice, 0.9));
    return Object.fromEntries(
      names
        .map((name) => [name, this.of(properties[name]!, name, facts, dice, canary)] as const)
        .filter(([, value]) => value !== undefined),
    );
  }

  resolved(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : (this.schemas[schema.$ref.split('/').at(-1)!] ?? {});
  }
}
