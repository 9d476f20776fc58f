import { Injectable } from '@nestjs/common';
import type { DeclarationForm } from '../../declarations/form/declaration-form.ts';
import { idTypeByShape } from '../../declarations/rules/id-number.rule.ts';
import { displayPhone } from '../../declarations/rules/phone.rule.ts';
import { OfficesService } from '../../offices/offices.service.ts';
import { PlacesService } from '../../places/places.service.ts';
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
> & { readonly districtCode: string; readonly wardCode?: string };

/** Somebody invented who can be made to file a declaration. */
export interface DeskPersona {
  readonly key: string;
  readonly shows: Persona['shows'];
  /** Whose face it is, and what the registry holds; a persona of the desk alone is on its papers what it declares. */
  readonly person: InsuredPerson;
  readonly form: FilledForm;
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
  private readonly byKey: ReadonlyMap<string, DeskPersona>;

  constructor(
    private readonly places: PlacesService,
    private readonly offices: OfficesService,
  ) {
    const known = PERSONAS.map(({ key, shows, person }, index) => this.written(key, shows, person, inventedPhone(index)));
    const varied = VARIATIONS.map((variation, index) => this.varied(variation, inventedPhone(PERSONAS.length + index)));
    this.byKey = new Map([...known, ...varied].map((persona) => [persona.key, persona]));
  }

  all(): DeskPersona[] {
    return [...this.byKey.values()].map((persona) => this.withOffice(persona));
  }

  find(key: string): DeskPersona | undefined {
    const persona = this.byKey.get(key);
    return persona && this.withOffice(persona);
  }

  /** @throws Refusal `not-found` */
  get(key: string): DeskPersona {
    const persona = this.find(key);
    if (!persona) throw new Refusal('not-found');
    return persona;
  }

  /** The same of somebody whom only the registry knows. @param serial of a phone of the invented range */
  fromRegistry(person: InsuredPerson, serial: number): DeskPersona {
    const shows = { vi: 'Người trong sổ mô phỏng', en: 'Somebody of the simulated registry' };
    return this.withOffice(this.written(`registry-${person.insuranceNumber}`, shows, person, inventedPhone(serial)));
  }

  /** Who is on the photos, and what is printed on the papers: what is declared, of which only the insurance number stands nowhere. */
  sitter({ person, form }: DeskPersona): PhotoPersona {
    const places = [
      this.places.findWard(form.wardCode ?? ''),
      this.places.findDistrict(form.districtCode),
      this.places.findProvince(form.provinceCode),
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
    return this.places.addressLine(form);
  }

  paper({ form }: DeskPersona) {
    return paperOf(form.idNumber);
  }

  private varied({ key, of, shows, declares, phone, districtCode }: Variation, ownPhone: number): DeskPersona {
    const { person } = PERSONAS.find((persona) => persona.key === of)!;
    const persona = this.written(of, shows, { ...person, ...declares, phone: phone ?? person.phone }, ownPhone, districtCode);
    return { ...persona, key, person };
  }

  private written(key: string, shows: Persona['shows'], person: InsuredPerson, ownPhone: number, district = DISTRICTS[key]): DeskPersona {
    const { insuranceNumber, fullName, idNumber } = person;
    const districtCode = district ?? this.places.districtsOf(person.provinceCode)[0]!.code;
    const provinceCode = this.places.findDistrict(districtCode)!.parentCode;
    const wardCode = this.places.wardsOf(districtCode)[0]?.code;
    return {
      key,
      shows,
      person,
      form: {
        insuranceNumber,
        fullName,
        idNumber,
        idType: idTypeByShape(idNumber)!,
        provinceCode,
        districtCode,
        ...(wardCode !== undefined && { wardCode }),
        street: STREET,
        phone: displayPhone(person.phone ?? `+84${ownPhone}`),
        officeCode: OFFICES[key] ?? '',
      },
    };
  }

  /** The list of offices can be changed while the service runs. */
  private withOffice(persona: DeskPersona): DeskPersona {
    if (persona.form.officeCode !== '') return persona;
    const officeCode = this.offices.suggestForDistrict(persona.form.districtCode)[0]?.code ?? GUIDES_OFFICE;
    return { ...persona, form: { ...persona.form, officeCode } };
  }
}
