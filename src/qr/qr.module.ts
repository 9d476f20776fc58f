import { Module } from '@nestjs/common';
import { OfficesModule } from '../offices/offices.module.ts';
import { PhotoLine } from '../photos/photo-line.ts';
import { PhotosModule } from '../photos/photos.module.ts';
import { PlacesModule } from '../places/places.module.ts';
import { AddressMatcher } from './address-match.ts';
import { QrReader } from './qr-reader.ts';
import { QrController } from './qr.controller.ts';
import { QrService } from './qr.service.ts';
import { QrWriter } from './qr-writer.ts';
import { TwoTierMatcher } from './two-tier-match.ts';

@Module({
  imports: [OfficesModule, PhotosModule, PlacesModule],
  controllers: [QrController],
  // A line of its own: who scans a card does not hold up who sends a declaration.
  providers: [AddressMatcher, PhotoLine, QrReader, QrService, QrWriter, TwoTierMatcher],
  exports: [QrWriter],
})
export class QrModule {}
