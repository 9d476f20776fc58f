import { createHash } from 'node:crypto';
import type { HealthInsuranceCard, InsuredPerson } from './registry.port.ts';

/** The card of an invented person: made from the person alone, so that it is always the same [D]. */
export function simulatedHealthCard(person: InsuredPerson): HealthInsuranceCard {
  const { insuranceNumber, provinceCode, fullName, dateOfBirth, sex } = person;
  return {
    cardNumber: insuranceNumber,
    fullName,
    dateOfBirth,
    sex,
    hospital: `${provinceCode} - 011`,
    validFrom: '2021-04-01',
    validTo: null,
    issuedOn: '2021-04-01',
    managementNumber: `${provinceCode}02${insuranceNumber}`,
    livingArea: '4',
    fiveYearsFrom: '2026-01-01',
    // Looks like a real one, and can be checked by nobody, as a real one.
    checkString: `${createHash('sha256').update(`simulated ${insuranceNumber}`).digest('hex').slice(0, 16)}-0000`,
    benefitLevel: '4',
    placeOfIssue: 'Bảo hiểm xã hội Việt Nam (mô phỏng)',
  };
}
