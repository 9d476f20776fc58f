import { bodyOf, type IntakeApi, type Schema } from './api-client.ts';

/** The form as a person fills it in; every value is the text that is sent. */
export type FormFields = Record<string, string>;

/** Who may stand at the counter in a test. */
export interface Sitter {
  readonly form: FormFields;
  /** Whose face is on the photos; undefined = anybody's. */
  readonly persona: string | undefined;
}

const TICKS = { commitmentAccepted: 'true', dataProcessingAccepted: 'true' };
const ADDRESS = { provinceCode: '31', districtCode: '304', wardCode: '11359', street: 'Số 12 Đường Mô Phỏng', officeCode: '03102' };

/** The people of a workspace, as its desk knows them. */
export class Cast {
  private known: Promise<readonly Schema<'PersonaDto'>[]> | undefined;

  constructor(private readonly client: IntakeApi) {}

  /** Of those whose data fit, the one whose turn it is; after the last of them come strangers. */
  async onTurn(turn: number): Promise<Sitter> {
    const fitting = (await this.all()).filter(({ registry }) => registry.match === 'match');
    const persona = fitting[turn];
    return persona ? seated(persona) : stranger(turn);
  }

  /** @throws Error when nobody is called so */
  async called(key: string): Promise<Sitter> {
    const persona = (await this.all()).find((known) => known.key === key);
    if (!persona) throw new Error(`nobody is called ${key}: GET /_sim/personas lists all`);
    return seated(persona);
  }

  private all(): Promise<readonly Schema<'PersonaDto'>[]> {
    this.known ??= bodyOf(this.client.GET('/_sim/personas')).then(({ items }) => items);
    return this.known;
  }
}

/** Somebody invented whom the registry does not know, another one for each serial (0 to 99,999). */
export function stranger(serial: number): Sitter {
  const digits = String(serial).padStart(5, '0');
  const person = {
    insuranceNumber: `79900${digits}`,
    fullName: 'Nguyễn Văn Người Lạ',
    idNumber: `0790900${digits}`,
    phone: `09012${digits}`,
  };
  return { form: { ...ADDRESS, ...TICKS, ...person }, persona: undefined };
}

function seated({ key, form }: Schema<'PersonaDto'>): Sitter {
  return { form: { ...(form as unknown as FormFields), ...TICKS }, persona: key };
}
