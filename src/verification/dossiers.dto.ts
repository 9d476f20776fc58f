import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { DossierHeadDto, ReturnedItemDto, RevisionDto, RevisionQuery, StoredFormDto } from '../declarations/declarations.dto.ts';
import type { Channel } from '../declarations/declaration.entity.ts';
import { ID_TYPES, type IdType } from '../declarations/rules/id-number.rule.ts';
import type { Action } from '../declarations/status.rule.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../photos/photo-slot.ts';
import { PendingPhoneDto } from './phone-change.dto.ts';
import { COMPARED_FIELDS, FIELD_MATCHES, type ComparedField, type FieldMatch } from './side-by-side.rule.ts';
import { STAFF_WARNINGS, type StaffWarning } from './staff-warnings.ts';

export class PhotoQuery extends RevisionQuery {
  @ApiPropertyOptional({ enum: ['thumbnail', 'full'], default: 'full' })
  @IsOptional()
  @IsIn(['thumbnail', 'full'])
  size?: 'thumbnail' | 'full';
}

export class HolderDto {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  officeCode!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;
}

export const CHANNEL = {
  enum: ['online', 'counter'],
  description: 'Người dân gửi, hoặc cán bộ nhập tại quầy · Sent by the citizen, or typed in at the counter.',
};

export class DossierFactsDto extends DossierHeadDto {
  @ApiProperty(CHANNEL)
  channel!: Channel;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ type: [String] })
  warnings!: string[];
}

export class RegistryPersonDto {
  @ApiProperty()
  insuranceNumber!: string;

  @ApiProperty()
  fullName!: string;

  @ApiProperty({ format: 'date' })
  dateOfBirth!: string;

  @ApiProperty({ enum: ['male', 'female'] })
  sex!: string;

  @ApiProperty()
  idNumber!: string;

  @ApiProperty()
  provinceCode!: string;
}

class ComparedFieldDto {
  @ApiProperty({ enum: COMPARED_FIELDS })
  field!: ComparedField['field'];

  @ApiProperty({ type: String, nullable: true, description: 'Đã khai · As declared.' })
  declared!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Trong cơ sở dữ liệu; số điện thoại được che · In the registry; a phone is masked.',
  })
  registry!: string | null;

  @ApiProperty({ enum: FIELD_MATCHES })
  match!: FieldMatch;
}

class TypistDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ description: 'Chính người đang xem: không tự duyệt · The officer who reads this, who does not approve it alone.' })
  me!: boolean;
}

class OriginalSeenDto {
  @ApiProperty({ description: 'Cán bộ đã xem bản chính · Who saw the original.' })
  by!: string;

  @ApiProperty({ example: '03102', description: 'Tại cơ quan · Where.' })
  officeCode!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: ID_TYPES })
  idType!: IdType;

  @ApiProperty({ example: '********0123', description: 'Số trên bản chính, được che · Its number, masked.' })
  idNumber!: string;
}

class RegistrySideDto {
  @ApiProperty({ enum: ['match', 'unknown-number', 'differs', 'differs-in-diacritics', 'deceased', 'minor'] })
  match!: string;

  @ApiProperty({ type: [String] })
  differences!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'Việc cần làm · What to do about it; null where all is well.' })
  advice!: string | null;

  @ApiProperty({ type: RegistryPersonDto, nullable: true })
  person!: RegistryPersonDto | null;

  @ApiProperty({ type: [ComparedFieldDto], description: 'Từng mục, đối chiếu hai bên · Field by field, side by side.' })
  fields!: ComparedFieldDto[];
}

class StaffWarningDto {
  @ApiProperty({ enum: Object.keys(STAFF_WARNINGS) })
  code!: StaffWarning;

  @ApiProperty()
  message!: string;
}

class SuspectedDuplicatesDto {
  @ApiProperty({ description: 'Xem …/duplicates · See …/duplicates.' })
  undecided!: number;
}

class SlotSizeDto {
  @ApiProperty({ enum: PHOTO_SLOTS })
  slot!: PhotoSlot;

  @ApiProperty()
  width!: number;

  @ApiProperty()
  height!: number;
}

class DossierMessageDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'credentials' })
  purpose!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: string;

  @ApiProperty({ example: 'delivered' })
  state!: string;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Phiên bản mẫu tin · Version of the wording; null before the first try.' })
  templateVersion!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 1, description: 'Số đoạn SMS · Parts an SMS was sent in; null for mail.' })
  segments!: number | null;
}

class DossierDetailDto {
  @ApiProperty({ description: 'ETag' })
  version!: number;

  @ApiProperty({ description: 'Cơ quan tiếp nhận · Office of receipt, which the number names.' })
  receivingOfficeCode!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Cơ quan xử lý · Office of the first lease.' })
  handlingOfficeCode!: string | null;

  @ApiProperty({ type: TypistDto, nullable: true, description: 'Người nhập tại quầy · Who typed it in at the counter.' })
  typedBy!: TypistDto | null;

  @ApiProperty({
    type: OriginalSeenDto,
    nullable: true,
    description: 'Ai đã xem giấy tờ bản chính, khi nào, ở đâu · Who saw the original paper, when and where; null until it is approved.',
  })
  originalSeen!: OriginalSeenDto | null;

  @ApiProperty({ type: StoredFormDto })
  declared!: StoredFormDto;

  @ApiProperty({ type: RegistrySideDto })
  registry!: RegistrySideDto;

  @ApiProperty({
    type: [StaffWarningDto],
    description: 'Chỉ cho cán bộ: liên quan người khác · For staff only: what concerns other people.',
  })
  staffWarnings!: StaffWarningDto[];

  @ApiProperty({ type: SuspectedDuplicatesDto, description: 'Hồ sơ giống, chưa kết luận · Dossiers like it, not decided about.' })
  duplicates!: SuspectedDuplicatesDto;

  @ApiProperty({ type: [SlotSizeDto] })
  photos!: SlotSizeDto[];

  @ApiProperty({
    enum: PHOTO_SLOTS,
    isArray: true,
    description: 'Không yêu cầu, vì thông tin khớp cơ sở dữ liệu · Not asked for, because the databases knew the person.',
  })
  photosNotAsked!: PhotoSlot[];

  @ApiProperty({ type: [ReturnedItemDto] })
  returnedItems!: ReturnedItemDto[];

  @ApiProperty({ type: [RevisionDto], description: 'Nội dung từng lần gửi · What was sent, each time.' })
  revisions!: RevisionDto[];

  @ApiProperty({ type: HolderDto, nullable: true })
  heldBy!: HolderDto | null;

  @ApiProperty({ type: [String], description: 'Việc cán bộ đang xem làm được lúc này · What the reader may do now.' })
  allowedActions!: Action[];

  @ApiProperty({
    type: PendingPhoneDto,
    nullable: true,
    description: 'Số điện thoại chờ người thứ hai xác nhận · Awaits its second person.',
  })
  pendingPhone!: PendingPhoneDto | null;

  @ApiProperty({ type: [DossierMessageDto] })
  messages!: DossierMessageDto[];
}

export class DossierDto extends IntersectionType(DossierFactsDto, DossierDetailDto) {}

class HistoryActorDto {
  @ApiProperty({ enum: ['citizen', 'staff', 'system', 'desk'] })
  kind!: string;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true })
  officeCode!: string | null;
}

class HistoryStepDto {
  @ApiProperty()
  sequence!: number;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'approve' })
  action!: string;

  @ApiProperty({ type: String, nullable: true })
  from!: string | null;

  @ApiProperty({ type: String, nullable: true })
  to!: string | null;

  @ApiProperty({ type: HistoryActorDto })
  actor!: HistoryActorDto;

  @ApiProperty({ type: 'object', additionalProperties: true })
  details!: Record<string, unknown>;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, nối với bước trước · Chained to the step before.' })
  hash!: string;
}

export class HistoryDto {
  @ApiProperty({ type: [HistoryStepDto] })
  items!: HistoryStepDto[];
}
