import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { STATUSES, type Status } from '../declarations/status.rule.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../photos/photo-slot.ts';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';

const MOST_NOTE = 2000;
const MOST_TEXT = 500;

export class ChecklistDto {
  @ApiProperty({ description: 'Người khai có mặt · The person is there.' })
  @IsBoolean()
  personPresent!: boolean;

  @ApiProperty({ description: 'Đã xem giấy tờ bản chính · The original paper was seen.' })
  @IsBoolean()
  originalIdSeen!: boolean;

  @ApiProperty({ example: '031165000123', description: 'Số trên bản chính, cán bộ nhập lại · Typed in again from the original.' })
  @MaxLength(40)
  @IsString()
  originalIdNumber!: string;

  @ApiProperty({ description: 'Khuôn mặt khớp ảnh · The face matches the portrait.' })
  @IsBoolean()
  portraitMatches!: boolean;

  @ApiProperty({ description: 'Số điện thoại chính chủ · The phone is the person’s own.' })
  @IsBoolean()
  phoneConfirmed!: boolean;

  @ApiProperty({ description: 'Tờ khai đã ký · The signed form is filed.' })
  @IsBoolean()
  formSigned!: boolean;

  @ApiPropertyOptional({
    description: 'Xác nhận mã số chưa có trong cơ sở dữ liệu · The number is unknown to the registry, and the clerk confirms it.',
  })
  @MayBeAbsent()
  @IsBoolean()
  registryUnknownConfirmed?: boolean;
}

class InternalNote {
  @ApiPropertyOptional({ maxLength: MOST_NOTE, description: 'Ghi chú nội bộ, không bao giờ tới công dân · Never reaches the citizen.' })
  @MayBeAbsent()
  @MaxLength(MOST_NOTE)
  @IsString()
  internalNote?: string;
}

class FourEyesOverrideDto {
  @ApiProperty({ maxLength: MOST_TEXT, example: 'Cơ quan chỉ có một người trực' })
  @MaxLength(MOST_TEXT)
  @Matches(/\S/)
  @IsString()
  reason!: string;
}

export class ApprovalDto extends InternalNote {
  @ApiPropertyOptional({
    type: FourEyesOverrideDto,
    description:
      'Lãnh đạo tự duyệt tờ khai do mình nhập, có lý do; được báo cáo · A supervisor approves what they have typed in themselves, with a reason; it is reported.',
  })
  @MayBeAbsent()
  @ValidateNested()
  @IsObject()
  @Type(() => FourEyesOverrideDto)
  fourEyesOverride?: FourEyesOverrideDto;

  @ApiProperty({ type: ChecklistDto })
  @ValidateNested()
  @IsObject()
  @Type(() => ChecklistDto)
  checklist!: ChecklistDto;
}

export class ReturnItemDto {
  @ApiPropertyOptional({ example: 'phone', description: 'Tên mục · Name of the field; or `slot`; neither for the whole dossier.' })
  @MayBeAbsent()
  @MaxLength(40)
  @IsString()
  field?: string;

  @ApiPropertyOptional({ enum: PHOTO_SLOTS })
  @MayBeAbsent()
  @IsIn(PHOTO_SLOTS)
  slot?: PhotoSlot;

  @ApiProperty({ example: 'phone-wrong' })
  @MaxLength(60)
  @IsNotEmpty()
  @IsString()
  reasonCode!: string;

  @ApiPropertyOptional({ maxLength: MOST_TEXT, description: 'Lời nhắn cho công dân · Words to the citizen.' })
  @MayBeAbsent()
  @MaxLength(MOST_TEXT)
  @IsString()
  text?: string;
}

export class ReturnDto extends InternalNote {
  @ApiProperty({ type: [ReturnItemDto], minItems: 1, maxItems: 20 })
  @ValidateNested({ each: true })
  @ArrayMaxSize(20)
  @ArrayMinSize(1)
  @IsArray()
  @Type(() => ReturnItemDto)
  items!: ReturnItemDto[];
}

export class RejectionRequestDto extends InternalNote {
  @ApiProperty({ example: 'not-filed-by-this-person' })
  @MaxLength(60)
  @IsNotEmpty()
  @IsString()
  reasonCode!: string;

  @ApiPropertyOptional({ maxLength: MOST_TEXT })
  @MayBeAbsent()
  @MaxLength(MOST_TEXT)
  @IsString()
  text?: string;
}

export class TransferDto {
  @ApiProperty({ example: '03103' })
  @MaxLength(10)
  @IsNotEmpty()
  @IsString()
  officeCode!: string;

  @ApiProperty({ maxLength: MOST_TEXT, example: 'Người dân chuyển nơi ở' })
  @MaxLength(MOST_TEXT)
  @Matches(/\S/)
  @IsNotEmpty()
  @IsString()
  reason!: string;
}

export class ReissueDto {
  @ApiProperty({
    maxLength: MOST_TEXT,
    example: 'Không nhận được tin nhắn',
    description: 'Cho cán bộ khác đọc · For other officers to read.',
  })
  @MaxLength(MOST_TEXT)
  @Matches(/\S/)
  @IsNotEmpty()
  @IsString()
  reason!: string;
}

export class LeaseDto {
  @ApiProperty({ description: 'Gửi kèm mọi quyết định ở tiêu đề Lease-Token · Sent with every deciding action.' })
  leaseToken!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;
}

export class DecidedDto {
  @ApiProperty({ enum: STATUSES })
  status!: Status;

  @ApiProperty({ description: 'ETag' })
  version!: number;
}

class IssuedAccountDto {
  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty({ enum: ['CREDENTIALS_ISSUED', 'ACTIVE', 'LOCKED'] })
  state!: string;
}

class IssuedMessageDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['sms'] })
  channel!: string;

  @ApiProperty({ example: 'created' })
  state!: string;
}

export class ApprovedDto extends DecidedDto {
  @ApiProperty({ type: IssuedAccountDto })
  account!: IssuedAccountDto;

  @ApiProperty({ type: IssuedMessageDto })
  message!: IssuedMessageDto;
}

export class ReissuedDto {
  @ApiProperty({ type: IssuedAccountDto })
  account!: IssuedAccountDto;

  @ApiProperty({ type: IssuedMessageDto })
  message!: IssuedMessageDto;
}
