import { ApiProperty } from '@nestjs/swagger';
import type { Channel } from '../declarations/declaration.entity.ts';
import { DossierHeadDto } from '../declarations/declarations.dto.ts';
import { PHOTO_SLOTS } from '../photos/photo-slot.ts';
import { DOSSIER_FILE_FORMAT } from './dossier-file.service.ts';
import { CHANNEL } from './dossiers.dto.ts';

class FiledSightDto {
  @ApiProperty({ format: 'uuid', description: 'Cán bộ, như trong nhật ký · The officer, as in the entries.' })
  officerId!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

class FiledDossierDto extends DossierHeadDto {
  @ApiProperty({ example: '03102' })
  receivingOfficeCode!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ type: String, nullable: true })
  handlingOfficeCode!: string | null;

  @ApiProperty(CHANNEL)
  channel!: Channel;

  @ApiProperty({
    type: FiledSightDto,
    nullable: true,
    description: 'Ai đã xem bản chính, khi nào, ở đâu · Who saw the original paper, when and where.',
  })
  originalSeen!: FiledSightDto | null;
}

class SealedEntryDto {
  @ApiProperty({
    description:
      'JSON: loại, mã, thứ tự, thời điểm (µs), người thực hiện, việc, trạng thái trước và sau, chi tiết · An array: subject’s kind and id, sequence, microseconds, actor’s kind, id and office, action, status before and after, details.',
  })
  sealed!: string;

  @ApiProperty({ description: 'Hex; rỗng ở mục đầu · Empty for the first entry.' })
  previousHash!: string;

  @ApiProperty({ description: 'SHA-256(previousHash + sealed), hex.' })
  hash!: string;
}

class FiledMessageDto {
  @ApiProperty({ example: 'credentials' })
  purpose!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: string;

  @ApiProperty({ example: 'delivered' })
  state!: string;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}

class FiledPhotoDto {
  @ApiProperty({ enum: PHOTO_SLOTS })
  slot!: string;

  @ApiProperty({ description: 'SHA-256, hex, của ảnh đã gửi · of the bytes sent.' })
  sha256!: string;

  @ApiProperty()
  current!: boolean;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: Date;
}

export class DossierFileDto {
  @ApiProperty({ enum: [DOSSIER_FILE_FORMAT] })
  format!: string;

  @ApiProperty({ format: 'date-time' })
  writtenAt!: string;

  @ApiProperty({ type: FiledDossierDto })
  dossier!: FiledDossierDto;

  @ApiProperty({ type: [SealedEntryDto] })
  entries!: SealedEntryDto[];

  @ApiProperty({ type: [FiledMessageDto] })
  messages!: FiledMessageDto[];

  @ApiProperty({ type: [FiledPhotoDto] })
  photos!: FiledPhotoDto[];
}
