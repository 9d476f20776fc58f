import { HouseRules } from '../../platform/house-rules.port.ts';
import type { FaultCode } from '../../platform/http/fault-catalogue.ts';
import type { Fault } from '../../platform/refusal.ts';
import type { MagicSightings } from '../magic/magic-sightings.ts';
import { saysItIsSynthetic } from '../photo-lab/synthetic-mark.ts';
import { perhapsReal } from './synthetic-data.ts';

/** The desk's house: magic values are seen as they pass, and where only synthetic data is welcome, anything else is refused. */
export class DeskHouseRules extends HouseRules {
  constructor(
    private readonly inner: HouseRules,
    private readonly magic: MagicSightings,
    private readonly syntheticDataOnly: boolean,
  ) {
    super();
  }

  formFaults(sent: Readonly<Record<string, unknown>>, sound: Readonly<Record<string, unknown>>): Fault[] {
    this.magic.look(sent);
    const faults = this.inner.formFaults(sent, sound);
    if (!this.syntheticDataOnly) return faults;
    return [...faults, ...perhapsReal(sound).map((field) => ({ pointer: `/${field}`, code: 'not-synthetic' }))];
  }

  async photoFault(read: () => Promise<Buffer>): Promise<FaultCode | undefined> {
    if (this.syntheticDataOnly && !saysItIsSynthetic(await read())) return 'not-synthetic';
    return this.inner.photoFault(read);
  }
}
