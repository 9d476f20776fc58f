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
/** Lives in the district of the guide's office, and sends to it. */
const NEIGHBOUR = 'nguyen-thi-minh-anh';
const ADDRESS = ['provinceCode', 'districtCode', 'wardCode', 'street', 'officeCode'];

/** The people of a workspace, as its desk knows them. */
export class Cast {
  private known: Promise<readonly Schema<'PersonaDto'>[]> | undefined;

  constructor(private readonly client: IntakeApi) {}

  /** Of those whose data and papers do in every process, the one whose turn it is; after the last of them come strangers. */
  async onTurn(turn: number): Promise<Sitter> {
    // A CMND is no paper any more since 2025.
    const fitting = (await this.all()).filter(({ registry, form }) => registry.match === 'match' && form.idType !== 'cmnd');
    // Two may declare the same number, of whom only the first would be received.
    const numbers = fitting.map(({ form }) => form.insuranceNumber);
    const persona = fitting.filter(({ form }, place) => numbers.indexOf(form.insuranceNumber) === place)[turn];
    return persona ? seated(persona) : this.stranger(turn);
  }

  /** @throws Error when nobody is called so */
  async called(key: string): Promise<Sitter> {
    return seated(await this.persona(key));
  }

  /** Somebody whom the registry does not know, another one for each serial, at an address of the rules in force. */
  async stranger(serial: number): Promise<Sitter> {
    const { form } = seated(await this.persona(NEIGHBOUR));
    const address = Object.fromEntries(Object.entries(form).filter(([name]) => ADDRESS.includes(name)));
    return { form: { ...address, ...TICKS, ...inventedPerson(serial) }, persona: undefined };
  }

  /** What the desk said of the people may be otherwise by now: addresses and offices go by the time. */
  forget(): void {
    this.known = undefined;
  }

  private async persona(key: string): Promise<Schema<'PersonaDto'>> {
    const persona = (await this.all()).find((known) => known.key === key);
    if (!persona) throw new Error(`nobody is called ${key}: GET /_sim/personas lists all`);
    return persona;
  }

  private all(): Promise<readonly Schema<'PersonaDto'>[]> {
    this.known ??= bodyOf(this.client.GET('/_sim/personas')).then(({ items }) => items);
    return this.known;
  }
}

/** As many strangers there can be in one workspace: so many ID numbers are theirs. */
const STRANGERS = 100_000;
/** Of the phones set aside for invented people those that are no persona's and do nothing: after so many strangers they are shared. */
const [FIRST_PHONE, PHONES] = [200, 700];
/** Provinces in which no persona was born, so that nobody else has a stranger's ID number. */
const BORN_IN = ['004', '006'];
const [FIRST_BIRTH_YEAR, BIRTH_YEARS] = [50, 50];
const TO_A_YEAR = 1_000;

/**
 * Name and numbers of somebody invented, of those that were set aside for it: others for each serial.
 * @throws RangeError beyond the hundred thousandth
 */
export function inventedPerson(serial: number): FormFields {
  if (serial >= STRANGERS) throw new RangeError(`a workspace has room for ${STRANGERS} strangers`);
  const years = Math.floor(serial / TO_A_YEAR);
  const province = BORN_IN[Math.floor(years / BIRTH_YEARS)]!;
  const birthYear = FIRST_BIRTH_YEAR + (years % BIRTH_YEARS);
  return {
    insuranceNumber: `002${String(serial).padStart(7, '0')}`,
    fullName: 'Nguyễn Văn Người Lạ',
    idNumber: `${province}0${birthYear}999${String(serial % TO_A_YEAR).padStart(3, '0')}`,
    phone: `0352153${FIRST_PHONE + (serial % PHONES)}`,
  };
}

function seated({ key, form }: Schema<'PersonaDto'>): Sitter {
  return { form: { ...(form as unknown as FormFields), ...TICKS }, persona: key };
}
