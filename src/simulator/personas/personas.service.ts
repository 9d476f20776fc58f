import { Injectable } from '@nestjs/common';
import type { DeclarationForm } from '../../declarations/form/declaration-form.ts';
import { idTypeByShape } from '../../declarations/rules/id-number.rule.ts';
import { displayPhone } from '../../declarations/rules/phone.rule.ts';
import { OfficesService } from '../../offices/offices.service.ts';
import { PlaceChanges } from '../../places/place-changes.ts';
import { PlaceSets, tiersOfSent } from '../../places/place-sets.ts';
import { PlacesService } from '../../places/places.service.ts';
import type { AddressTiers } from '../../platform/dated-rules.ts';
import { ProcessRules } from '../../platform/process-rules.ts';
import { Refusal } from '../../platform/refusal.ts';
import { PERSONAS, type Persona } from '../../registry/registry.personas.ts';
import type { InsuredPerson } from '../../registry/registry.port.ts';
import { paperOf } from '../photo-lab/paper.ts';
import type { PhotoPersona } from '../photo-lab/persona.ts';
import { GUIDES_OFFICE } from '../named-staff.ts';
import { DISTRICTS, OFFICES, VARIATIONS, type Variation } from './desk.personas.ts';

/** All that the form asks for and a person can know. */
export type FilledForm = Pick<
  DeclarationForm,
  'insuranceNumber' | 'fullName' | 'idNumber' | 'idType' | 'provinceCode' | 'street' | 'phone' | 'officeCode'
> & { readonly districtCode?: string; readonly wardCode?: string };

/** Where somebody lives, by the lists of 2021: their papers are of then, and offices go by its districts. */
interface Home {
  readonly provinceCode: string;
  readonly districtCode: string;
  readonly wardCode?: string;
}

/** Somebody invented who can be made to file a declaration. */
export interface DeskPersona {
  readonly key: string;
  readonly shows: Persona['shows'];
  /** Whose face it is, and what the registry holds; a persona of the desk alone is on its papers what it declares. */
  readonly person: InsuredPerson;
  readonly home: Home;
  /** By the rules in force: an address has a district or none. */
  readonly form: FilledForm;
}

/** Somebody as they are whatever the rules: what they declare but for address and office. */
interface Written extends Omit<DeskPersona, 'form'> {
  readonly declares: Pick<FilledForm, 'insuranceNumber' | 'fullName' | 'idNumber' | 'idType'>;
  readonly phone: string;
  /** Undefined = the nearest. */
  readonly chosenOffice: string | undefined;
}

/** An address that there is not, in a ward that there is. */
const STREET = 'Số 12 Đường Mô Phỏng';

/** Phones for those of whom the registry knows none: the range that all the invented ones are from. */
const FIRST_PHONE = 352_153_100;
/** Up to 0352153899: those that follow are magic. */
const PHONES = 800;

/** Without the country's code. The same for many: a phone may be a family's. */
export function inventedPhone(serial: number): number {
  return FIRST_PHONE + (serial % PHONES);
}

/** The people that a rehearsal can be played with, and what they write into the form. */
@Injectable()
export class DeskPersonas {
  private readonly byKey: ReadonlyMap<string, Written>;

  constructor(
    private readonly places: PlacesService,
    private readonly placeSets: PlaceSets,
    private readonly changes: PlaceChanges,
    private readonly offices: OfficesService,
    private readonly rules: ProcessRules,
  ) {
    const known = PERSONAS.map(({ key, shows, person }, index) => this.written(key, shows, person, inventedPhone(index)));
    const varied = VARIATIONS.map((variation, index) => this.varied(variation, inventedPhone(PERSONAS.length + index)));
    this.byKey = new Map([...known, ...varied].map((persona) => [persona.key, persona]));
  }

  async all(): Promise<DeskPersona[]> {
    const { addresses } = await this.rules.now();
    return [...this.byKey.values()].map((persona) => this.filledIn(persona, addresses));
  }

  async find(key: string): Promise<DeskPersona | undefined> {
    const persona = this.byKey.get(key);
    return persona && this.filledIn(persona, (await this.rules.now()).addresses);
  }

  /** @throws Refusal `not-found` */
  async get(key: string): Promise<DeskPersona> {
    const persona = await this.find(key);
    if (!persona) throw new Refusal('not-found');
    return persona;
  }

  /** The same of somebody whom only the registry knows. @param serial of a phone of the invented range */
  fromRegistry(person: InsuredPerson, serial: number, addresses: AddressTiers): DeskPersona {
    const shows = { vi: 'Người trong sổ mô phỏng', en: 'Somebody of the simulated registry' };
    const persona = this.written(`registry-${person.insuranceNumber}`, shows, person, inventedPhone(serial));
    return this.filledIn(persona, addresses);
  }

  /** Who is on the photos, and what is printed on the papers: what is declared, of which only the insurance number stands nowhere. */
  sitter({ person, home, form }: DeskPersona): PhotoPersona {
    const places = [
      this.places.findWard(home.wardCode ?? ''),
      this.places.findDistrict(home.districtCode),
      this.places.findProvince(home.provinceCode),
    ];
    return {
      fullName: form.fullName,
      idNumber: form.idNumber,
      dateOfBirth: person.dateOfBirth,
      sex: person.sex,
      residence: [form.street, ...places.flatMap((place) => place?.name ?? [])].join(', '),
    };
  }

  addressLine(form: FilledForm): string {
    const places = this.placeSets.of(tiersOfSent({ districtCode: form.districtCode ?? null }));
    const names = (['wardCode', 'districtCode', 'provinceCode'] as const).map((field) => places.nameOf(field, form[field] ?? ''));
    return [form.street, ...names.filter((name) => name !== undefined)].join(', ');
  }

  paper({ form }: DeskPersona) {
    return paperOf(form.idNumber);
  }

  private varied({ key, of, shows, declares, phone, districtCode }: Variation, ownPhone: number): Written {
    const { person } = PERSONAS.find((persona) => persona.key === of)!;
    const persona = this.written(of, shows, { ...person, ...declares, phone: phone ?? person.phone }, ownPhone, districtCode);
    return { ...persona, key, person };
  }

  private written(key: string, shows: Persona['shows'], person: InsuredPerson, ownPhone: number, district = DISTRICTS[key]): Written {
    const { insuranceNumber, fullName, idNumber } = person;
    const districtCode = district ?? this.places.districtsOf(person.provinceCode)[0]!.code;
    const provinceCode = this.places.findDistrict(districtCode)!.parentCode;
    const wardCode = this.places.wardsOf(districtCode)[0]?.code;
    return {
      key,
      shows,
      person,
      home: { provinceCode, districtCode, ...(wardCode !== undefined && { wardCode }) },
      declares: { insuranceNumber, fullName, idNumber, idType: idTypeByShape(idNumber)! },
      phone: displayPhone(person.phone ?? `+84${ownPhone}`),
      chosenOffice: OFFICES[key],
    };
  }

  /** The list of offices can be changed while the service runs, and so can the rules in force. */
  private filledIn({ declares, phone, chosenOffice, ...persona }: Written, addresses: AddressTiers): DeskPersona {
    const { home } = persona;
    const officeCode = chosenOffice ?? this.offices.suggestForDistrict(home.districtCode)[0]?.code ?? GUIDES_OFFICE;
    return { ...persona, form: { ...declares, ...this.addressOf(home, addresses), street: STREET, phone, officeCode } };
  }

  private addressOf(home: Home, addresses: AddressTiers): Pick<FilledForm, 'provinceCode' | 'districtCode' | 'wardCode'> {
    if (addresses === 'three-tier') return home;
    const { code, parentCode } = this.changes.wardOfHome(home);
    return { provinceCode: parentCode, wardCode: code };
  }
}
