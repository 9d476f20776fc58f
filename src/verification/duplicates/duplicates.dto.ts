import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNotEmpty, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { STATUSES, type Status } from '../../declarations/status.rule.ts';
import { PHOTO_SLOTS } from '../../photos/photo-slot.ts';
import { MayBeAbsent } from '../../platform/http/may-be-absent.decorator.ts';
import { DUPLICATE_DECISIONS, DUPLICATE_SIGN_CODES, type DuplicateDecision, type DuplicateSign } from './duplicate-signs.rule.ts';

const MOST_REASON = 500;

export class DuplicateDecisionDto {
  @ApiProperty({ format: 'uuid', description: 'Hồ sơ kia, theo danh sách · The other dossier, as the list names it.' })
  @IsUUID()
  otherId!: string;

  @ApiProperty({ enum: DUPLICATE_DECISIONS })
  @IsIn(DUPLICATE_DECISIONS)
  decision!: DuplicateDecision;

  @ApiProperty({
    maxLength: MOST_REASON,
    example: 'Hai chị em dùng chung điện thoại',
    description: 'Cho cán bộ khác đọc · For other officers to read.',
  })
  @MaxLength(MOST_REASON)
  @Matches(/\S/)
  @IsNotEmpty()
  @IsString()
  reason!: string;

  @ApiPropertyOptional({ default: false, description: 'Thay kết luận trước đó · In place of a decision that was taken before.' })
  @MayBeAbsent()
  @IsBoolean()
  replacesEarlier?: boolean;
}

export class DecidedDuplicateDto {
  @ApiProperty({ format: 'uuid' })
  otherId!: string;

  @ApiProperty({ enum: DUPLICATE_DECISIONS })
  decision!: DuplicateDecision;

  @ApiProperty({ format: 'date-time' })
  decidedAt!: string;

  @ApiProperty({ description: 'Số hồ sơ còn lại chưa kết luận · How many others await a decision.' })
  undecided!: number;
}

class SignDto {
  @ApiProperty({ enum: DUPLICATE_SIGN_CODES })
  code!: DuplicateSign;

  @ApiProperty()
  message!: string;
}

class BesideFieldDto {
  @ApiProperty({ enum: ['insuranceNumber', 'fullName', 'dateOfBirth', 'idNumber', 'phone'] })
  field!: string;

  @ApiProperty({ type: String, nullable: true })
  own!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Được che nếu thuộc cơ quan khác · Masked when it is another office’s.' })
  other!: string | null;

  @ApiProperty({ description: 'Họ tên: không xét dấu · Names: whatever their diacritics.' })
  same!: boolean;
}

class BesidePhotoDto {
  @ApiProperty({ enum: PHOTO_SLOTS })
  slot!: string;

  @ApiProperty({ type: String, nullable: true })
  own!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'null nếu không có hoặc thuộc cơ quan khác · null where there is none, or it is another office’s.',
  })
  other!: string | null;

  @ApiProperty({ description: 'Cùng một tệp · The very same file.' })
  sameFile!: boolean;
}

class PairDecisionDto {
  @ApiProperty({ enum: DUPLICATE_DECISIONS })
  decision!: DuplicateDecision;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'Trần Văn Bình' })
  by!: string;

  @ApiProperty()
  officeCode!: string;
}

class SideBySideDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty()
  officeCode!: string;

  @ApiProperty({ enum: STATUSES })
  status!: Status;

  @ApiProperty({ format: 'date-time' })
  submittedAt!: string;

  @ApiProperty({ description: 'Thuộc cơ quan của cán bộ · Of the officer’s own office.' })
  inOwnOffice!: boolean;

  @ApiProperty({ type: [SignDto] })
  signs!: SignDto[];

  @ApiProperty({ type: [BesideFieldDto] })
  fields!: BesideFieldDto[];

  @ApiProperty({ type: [BesidePhotoDto] })
  photos!: BesidePhotoDto[];

  @ApiProperty({ format: 'date-time' })
  foundAt!: string;

  @ApiProperty({ type: PairDecisionDto, nullable: true })
  decision!: PairDecisionDto | null;
}

export class DuplicatesDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '49632.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty()
  undecided!: number;

  @ApiProperty({
    type: [SideBySideDto],
    description: 'Chưa kết luận trước, mới nhất trước · The undecided first, the newest first; at most 50.',
  })
  items!: SideBySideDto[];
}
