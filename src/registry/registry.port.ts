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

/** A health insurance card (thẻ BHYT) as issued since April 2021 [S]. All days `YYYY-MM-DD`. */
export interface HealthInsuranceCard {
  /** The insurance number, which cards since April 2021 carry as theirs [S]. */
  readonly cardNumber: string;
  /** The person as the registry knows them, which is what stands on the card. */
  readonly fullName: string;
  readonly dateOfBirth: string;
  readonly sex: 'male' | 'female';
  /** Where first treatment is registered: province and hospital, `31 - 011` [S]. */
  readonly hospital: string;
  readonly validFrom: string;
  /** Null = open. */
  readonly validTo: string | null;
  readonly issuedOn: string;
  /** 14 digits: province, number of the office within it, insurance number [I]. */
  readonly managementNumber: string;
  readonly livingArea: string;
  /** The day from which five continuous years of insurance are full. */
  readonly fiveYearsFrom: string;
  /** Of an algorithm that is not published [S]. */
  readonly checkString: string;
  readonly benefitLevel: string;
  readonly placeOfIssue: string;
}

export interface PersonSearch {
  readonly fullName: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
}

/**
 * What the intake asks of the national databases of social insurance and of the population. Each throws the Refusal
 * `service-unavailable` when they do not answer.
 */
export abstract class Registry {
  abstract findByInsuranceNumber(insuranceNumber: string): Promise<InsuredPerson | undefined>;

  abstract findByIdNumber(idNumber: string): Promise<InsuredPerson | undefined>;

  /** The card in force of an insured person; undefined for the dead and for numbers that nobody has. */
  abstract findHealthCard(insuranceNumber: string): Promise<HealthInsuranceCard | undefined>;

  /** Living people of this name and birth date, those with the very name before those whose name differs in diacritics only. */
  abstract search(search: PersonSearch): Promise<InsuredPerson[]>;
}
