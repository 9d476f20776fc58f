/** An insured person as the national databases know them. */
export interface InsuredPerson {
  /** Mã số BHXH: ten digits, unique. */
  readonly insuranceNumber: string;
  readonly fullName: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
  readonly sex: 'male' | 'female';
  /** The paper's number that the databases hold: personal ID number, CMND, or passport in capitals; unique. */
  readonly idNumber: string;
  /** Province of residence, code of the General Statistics Office. */
  readonly provinceCode: string;
  /** E.164, or null where none is known. */
  readonly phone: string | null;
  /** `YYYY-MM-DD`, or null for the living. */
  readonly diedOn: string | null;
}

export interface PersonSearch {
  readonly fullName: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
  readonly provinceCode?: string;
}

/** What the intake asks of the national databases of social insurance and of the population. */
export abstract class Registry {
  abstract findByInsuranceNumber(insuranceNumber: string): Promise<InsuredPerson | undefined>;

  abstract findByIdNumber(idNumber: string): Promise<InsuredPerson | undefined>;

  /** Living people of this name and birth date, those with the very name before those whose name differs in diacritics only. */
  abstract search(search: PersonSearch): Promise<InsuredPerson[]>;
}
