import { Injectable } from '@nestjs/common';
import { OfficesService } from '../offices/offices.service.ts';
import { foreignFormat, photoRejected } from '../photos/photos.service.ts';
import type { SpooledFile } from '../photos/spool.storage.ts';
import { Refusal } from '../platform/refusal.ts';
import { AddressMatcher, type MatchedAddress } from './address-match.ts';
import { citizenCardOf, type CitizenCardFields } from './citizen-card.payload.ts';
import { healthCardOf, type HealthCardFields } from './health-card.payload.ts';
import { QrReader } from './qr-reader.ts';

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

/** Cards since this day write the two-tier addresses of the 34 provinces [S], which the lists of 2021 do not have. */
const TWO_TIERS_SINCE = '2025-07-01';

/** Reads cards by their QR codes. Nothing of a card is kept, logged or repeated in a refusal. */
@Injectable()
export class QrService {
  constructor(
    private readonly reader: QrReader,
    private readonly addresses: AddressMatcher,
    private readonly offices: OfficesService,
  ) {}

  /** @throws Refusal `qr-unknown-kind` for what no card's code can be, as a whole */
  read(payload: string): ReadCard {
    const card = this.find(payload);
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
    const card = texts.map((text) => this.find(text)).find((read) => read !== undefined);
    if (!card) throw new Refusal('qr-unknown-kind');
    return card;
  }

  private find(payload: string): ReadCard | undefined {
    const healthCard = healthCardOf(payload);
    if (healthCard) return this.ofHealthCard(healthCard);
    const citizenCard = citizenCardOf(payload);
    return citizenCard && this.ofCitizenCard(citizenCard);
  }

  private ofHealthCard(fields: HealthCardFields): ReadCard {
    const address = fields.address === undefined ? undefined : this.addresses.match(fields.address);
    const byNumber = this.offices.suggestForManagementNumber(fields.managementNumber ?? '')[0]?.code;
    return { kind: 'health-insurance-card', fields, suggestedOfficeCode: byNumber ?? this.officeOf(address), address };
  }

  private ofCitizenCard(fields: CitizenCardFields): ReadCard {
    const address = this.addressOn(fields);
    return { kind: 'citizen-identity-card', fields, suggestedOfficeCode: this.officeOf(address), address };
  }

  private addressOn({ residence, issuedOn = '' }: CitizenCardFields): MatchedAddress | undefined {
    if (residence === undefined) return undefined;
    const address = this.addresses.match(residence);
    // Of a two-tier address the names may well be found, but of units that lie elsewhere.
    const isInOtherUnits = issuedOn >= TWO_TIERS_SINCE && address.wardCode === undefined;
    return isInOtherUnits ? { street: residence } : address;
  }

  private officeOf(address: MatchedAddress | undefined): string | undefined {
    return address?.districtCode === undefined ? undefined : this.offices.suggestForDistrict(address.districtCode)[0]?.code;
  }
}
