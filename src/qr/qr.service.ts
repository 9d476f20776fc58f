import { Injectable } from '@nestjs/common';
import { OfficesService } from '../offices/offices.service.ts';
import { foreignFormat, photoRejected } from '../photos/photos.service.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import type { AddressTiers } from '../platform/dated-rules.ts';
import { ProcessRules } from '../platform/process-rules.ts';
import { Refusal } from '../platform/refusal.ts';
import { AddressMatcher, type MatchedAddress } from './address-match.ts';
import { citizenCardOf, type CitizenCardFields } from './citizen-card.payload.ts';
import { healthCardOf, type HealthCardFields } from './health-card.payload.ts';
import { QrReader } from './qr-reader.ts';
import { TWO_TIERS_SINCE, TwoTierMatcher } from './two-tier-match.ts';

interface ForTheForm {
  /** An open office that this person will likely want; any other may be chosen. */
  suggestedOfficeCode?: string;
  /** Absent where the card has no address. */
  address?: MatchedAddress;
}

/** What a card says, and what the form can be filled with because of it. */
export type ReadCard =
  | ({ kind: 'health-insurance-card'; fields: HealthCardFields } & ForTheForm)
  | ({ kind: 'citizen-identity-card'; fields: CitizenCardFields } & ForTheForm);

/** Reads cards by their QR codes. Nothing of a card is kept, logged or repeated in a refusal. */
@Injectable()
export class QrService {
  constructor(
    private readonly reader: QrReader,
    private readonly addresses: AddressMatcher,
    private readonly twoTiers: TwoTierMatcher,
    private readonly rules: ProcessRules,
    private readonly offices: OfficesService,
  ) {}

  /** @throws Refusal `qr-unknown-kind` for what no card's code can be, as a whole */
  async read(payload: string): Promise<ReadCard> {
    const card = this.find(payload, (await this.rules.now()).addresses);
    if (!card) throw new Refusal('qr-unknown-kind');
    return card;
  }

  /**
   * Reads the card on a photo; other codes beside its own do not matter.
   * @throws Refusal `unsupported-media-type`, `qr-unreadable` when no code can be read, `qr-unknown-kind` when no card's is among them,
   *   `service-unavailable`
   */
  async readPhoto(photo: Pick<SpooledFile, 'format' | 'isHeic' | 'read'>): Promise<ReadCard> {
    const { format } = photo;
    if (!format) throw photoRejected([{ pointer: '/image', code: foreignFormat(photo) }]);
    const texts = await this.reader.read({ format, read: () => photo.read() });
    if (typeof texts === 'string') throw new Refusal('qr-unreadable', { errors: [{ pointer: '/image', code: texts }] });
    if (texts.length === 0) throw new Refusal('qr-unreadable');
    const { addresses } = await this.rules.now();
    const card = texts.map((text) => this.find(text, addresses)).find((read) => read !== undefined);
    if (!card) throw new Refusal('qr-unknown-kind');
    return card;
  }

  private find(payload: string, tiers: AddressTiers): ReadCard | undefined {
    const healthCard = healthCardOf(payload);
    if (healthCard) return this.ofHealthCard(healthCard, tiers);
    const citizenCard = citizenCardOf(payload);
    return citizenCard && this.ofCitizenCard(citizenCard, tiers);
  }

  private ofHealthCard(fields: HealthCardFields, tiers: AddressTiers): ReadCard {
    const { address: text, issuedOn, managementNumber = '' } = fields;
    const before = text === undefined ? undefined : this.addresses.match(text);
    const byNumber = this.offices.suggestForManagementNumber(managementNumber)[0]?.code;
    const address = text !== undefined && tiers === 'two-tier' ? this.twoTiers.match(text, issuedOn) : before;
    return { kind: 'health-insurance-card', fields, suggestedOfficeCode: byNumber ?? this.officeOf(before), address };
  }

  private ofCitizenCard(fields: CitizenCardFields, tiers: AddressTiers): ReadCard {
    const { residence, issuedOn } = fields;
    const before = this.residenceBefore(fields);
    const address = residence !== undefined && tiers === 'two-tier' ? this.twoTiers.match(residence, issuedOn) : before;
    return { kind: 'citizen-identity-card', fields, suggestedOfficeCode: this.officeOf(before), address };
  }

  private residenceBefore({ residence, issuedOn = '' }: CitizenCardFields): MatchedAddress | undefined {
    if (residence === undefined) return undefined;
    const address = this.addresses.match(residence);
    // Of a two-tier address the names may well be found, but of units that lie elsewhere.
    const isInOtherUnits = issuedOn >= TWO_TIERS_SINCE && address.wardCode === undefined;
    return isInOtherUnits ? { street: residence } : address;
  }

  /** The office list goes by the districts of 2021, whatever addresses are made of now. */
  private officeOf(before: MatchedAddress | undefined): string | undefined {
    return before?.districtCode === undefined ? undefined : this.offices.suggestForDistrict(before.districtCode)[0]?.code;
  }
}
