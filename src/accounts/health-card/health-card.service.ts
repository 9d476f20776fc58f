import { Injectable } from '@nestjs/common';
import { Refusal } from '../../platform/refusal.ts';
import { healthCardPayload } from '../../qr/health-card.payload.ts';
import { QrWriter } from '../../qr/qr-writer.ts';
import { Registry, type HealthInsuranceCard } from '../../registry/registry.port.ts';
import { healthCardPicture } from './health-card-picture.ts';

/** The card as the app shows it, with what its QR code says. */
export type HealthCardView = HealthInsuranceCard & { readonly qrPayload: string };

/** The health insurance card of whoever is logged in. */
@Injectable()
export class HealthCards {
  constructor(
    private readonly registry: Registry,
    private readonly qrWriter: QrWriter,
  ) {}

  /** @throws Refusal `not-found` when the registry knows no card of this number */
  async getCard(insuranceNumber: string): Promise<HealthCardView> {
    const card = await this.registry.findHealthCard(insuranceNumber);
    if (!card) throw new Refusal('not-found');
    return { ...card, qrPayload: healthCardPayload({ ...card, insuranceNumber, validTo: card.validTo ?? undefined }) };
  }

  /** The card as a PNG. @throws Refusal `not-found` */
  async getPicture(insuranceNumber: string): Promise<Buffer> {
    const card = await this.getCard(insuranceNumber);
    return healthCardPicture(card, await this.qrWriter.draw(card.qrPayload));
  }
}
