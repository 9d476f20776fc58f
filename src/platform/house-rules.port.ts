import type { FaultCode } from './http/fault-catalogue.ts';
import type { Fault } from './refusal.ts';

/**
 * What an installation asks of its input beyond the rules of the process: nothing, ordinarily. Whoever takes in a form or a photo shows it
 * here, once its own rules have had their say.
 */
export abstract class HouseRules {
  /**
   * @param sent fields as they came, the faulty ones too
   * @param sound those that the form's rules have passed, in canonical form
   * @returns faults of sound fields
   */
  abstract formFaults(sent: Readonly<Record<string, unknown>>, sound: Readonly<Record<string, unknown>>): Fault[];

  /** @param read gives the bytes that were sent, before anything of them is decoded; who has no question about them leaves them where they rest */
  abstract photoFault(read: () => Promise<Buffer>): Promise<FaultCode | undefined>;
}

export class NoHouseRules extends HouseRules {
  formFaults(): Fault[] {
    return [];
  }

  async photoFault(): Promise<undefined> {
    return undefined;
  }
}
