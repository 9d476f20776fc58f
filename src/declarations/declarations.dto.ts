import { ApiProperty, ApiPropertyOptional, PartialType, IntersectionType } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ADVICE_CODES, type AdviceCode } from '../photos/photo-advice.ts';
import { PHOTO_SLOTS, type PhotoSlot } from '../photos/photo-slot.ts';
import { InDigits } from '../platform/http/number-in-query.decorator.ts';
import { ID_TYPES, type IdType } from './rules/id-number.rule.ts';
import { STATUSES, type Action, type Status } from './status.rule.ts';
import { WARNINGS, type WarningCode } from './warnings.ts';

/** Far more than a dossier ever has. */
const MOST_REVISIONS = 1000;

/** The form's fields as they are sent. The rules behind them are the form's own (`form-check.ts`), all faults at once. */
export class DeclarationFormDto {
  @ApiProperty({ example: '0397097379', description: 'Mã số BHXH: 10 chữ số · Insurance number, 10 digits.' })
  insuranceNumber!: string;

  @ApiProperty({ example: 'Huỳnh Thị Minh', description: 'Họ và tên như trên giấy tờ · Name as on the paper; kept as NFC.' })
  fullName!: string;

  @ApiProperty({ example: '031165000123', description: 'Số CCCD, CMND hoặc hộ chiếu · Number of the identity paper.' })
  idNumber!: string;

  @ApiPropertyOptional({ enum: ID_TYPES, description: 'Mặc định theo dạng số · By shape unless given; digits only is never a passport.' })
  idType?: IdType;

  @ApiProperty({ example: '01' })
  provinceCode!: string;

  @ApiPropertyOptional({ example: '001', description: 'Bỏ trống từ 1/7/2025 · Needed before 1 July 2025, absent since.' })
  districtCode?: string;

  @ApiPropertyOptional({ example: '00001', description: 'Bỏ trống với 5 huyện đảo không có xã · Absent where the district has no ward.' })
  wardCode?: string;

  @ApiProperty({ example: 'Số 12, phố Hàng Than', description: 'Số nhà, đường · Street and house number.' })
  street!: string;

  @ApiProperty({ example: '0352 153 000', description: 'Số di động · Mobile number; stored as E.164.' })
  phone!: string;

  @ApiProperty({ example: '03102', description: 'Cơ quan tiếp nhận, ở bất kỳ đâu · Receiving office, anywhere.' })
  officeCode!: string;

  @ApiPropertyOptional({ default: false, description: 'Nhận tờ khai qua email · Send the declaration by e-mail.' })
  emailCopy?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Đồng ý nhận thông báo khác qua email · A second, separate consent.' })
  emailForNotices?: boolean;

  @ApiPropertyOptional({
    example: 'minh@example.com',
    description: 'Bắt buộc khi chọn một trong hai mục trên · Required with either tick.',
  })
  email?: string;

  @ApiProperty({ description: 'Cam đoan nội dung kê khai · Must be true.' })
  commitmentAccepted!: boolean;

  @ApiProperty({ description: 'Đồng ý xử lý dữ liệu · Must be true.' })
  dataProcessingAccepted!: boolean;

  @ApiPropertyOptional({ example: '2021-04', description: 'Mặc định: bản hiện hành · Default: the current version.' })
  consentVersion?: string;
}

/** The one-shot request: the fields and three photos. */
export class OneShotDto extends DeclarationFormDto {
  @ApiProperty({ type: 'string', format: 'binary', description: 'Ảnh cá nhân, JPEG/PNG ≤ 10 MiB · Portrait.' })
  portrait!: unknown;

  @ApiPropertyOptional({ type: 'string', format: 'binary', description: 'Mặt trước giấy tờ · Front; later profiles may not ask.' })
  idFront?: unknown;

  @ApiPropertyOptional({ type: 'string', format: 'binary', description: 'Mặt sau; hộ chiếu không cần · Back; not needed for passports.' })
  idBack?: unknown;
}

export class DraftFieldsDto extends PartialType(DeclarationFormDto) {}

export class PhotoFileDto {
  @ApiProperty({ type: 'string', format: 'binary' })
  file!: unknown;
}

export class ReceiptOfficeDto {
  @ApiProperty({ example: '03102' })
  code!: string;

  @ApiProperty({ example: 'BHXH Quận Ngô Quyền' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: '02253826582' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true })
  address!: string | null;
}

export class WarningDto {
  @ApiProperty({ enum: Object.keys(WARNINGS) })
  code!: WarningCode;

  @ApiProperty()
  message!: string;
}

export class ReceiptDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty({ enum: ['SUBMITTED'] })
  status!: 'SUBMITTED';

  @ApiProperty({ format: 'date-time' })
  submittedAt!: string;

  @ApiProperty({ example: 1 })
  revision!: number;

  @ApiProperty({ type: ReceiptOfficeDto })
  office!: ReceiptOfficeDto;

  @ApiProperty({ example: '7K2M-9QXV-4TBC-W3HD', description: 'Chỉ hiện một lần · Shown here once.' })
  trackingCode!: string;

  @ApiProperty({ description: 'Thông báo theo đúng hướng dẫn · The notice, to the letter.' })
  message!: string;

  @ApiProperty({ example: '19009068' })
  hotline!: string;

  @ApiProperty({ type: [WarningDto] })
  warnings!: WarningDto[];
}

export class DraftCreatedDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Chỉ mở bản nháp này · Opens this draft only.' })
  draftToken!: string;

  @ApiProperty({ example: 1 })
  version!: number;
}

const percent = { minimum: 0, maximum: 100 } as const;

/** What each figure means, and from where on it counts: photos/photo-measures.ts, photos/photo-thresholds.ts. */
export class QualityDto {
  @ApiProperty({ example: 4032, description: 'Kích thước ảnh gốc, đã xoay đúng chiều · Of the photo as sent, upright.' })
  sourceWidth!: number;

  @ApiProperty({ example: 3024 })
  sourceHeight!: number;

  @ApiProperty({ minimum: 0, maximum: 255, description: 'Độ sáng trung bình · Mean brightness.' })
  brightness!: number;

  @ApiProperty({ minimum: 0, maximum: 255, description: 'Chỗ sáng nhất · Brightness that a fiftieth of the photo exceeds.' })
  highlights!: number;

  @ApiProperty({ minimum: 0, description: 'Độ tương phản · Standard deviation of brightness.' })
  contrast!: number;

  @ApiProperty({ minimum: 0, description: 'Độ nét · Sharpness of the sharpest parts.' })
  sharpness!: number;

  @ApiProperty({ minimum: 0, description: 'Độ chắc tay · Sharpness in the direction that has least of it.' })
  steadiness!: number;

  @ApiProperty({ ...percent, description: 'Phần trăm ảnh chỉ có ánh sáng · Percent of the photo that shows only light.' })
  blown!: number;

  @ApiProperty({ ...percent, description: 'Như trên, ở giữa ảnh · The same of the middle.' })
  blownMiddle!: number;

  @ApiProperty({ ...percent, description: 'Phần trăm ảnh mất màu vì sáng · Percent whose colour is lost to the light.' })
  lostColour!: number;

  @ApiProperty({ ...percent, description: 'Phần trăm ảnh bị lóa · Percent under reflections.' })
  glare!: number;

  @ApiProperty({ ...percent, description: 'Phần trăm hàng hoặc cột một màu, như trên màn hình · Percent of rows or columns of one tone.' })
  flatLines!: number;
}

export class AdviceDto {
  @ApiProperty({ enum: ADVICE_CODES, example: 'rather-dark' })
  code!: AdviceCode;

  @ApiProperty()
  vi!: string;

  @ApiProperty()
  en!: string;
}

export class PhotoAnswerDto {
  @ApiProperty({ enum: PHOTO_SLOTS })
  slot!: PhotoSlot;

  @ApiProperty({ description: 'SHA-256 của ảnh đã gửi · Of the bytes that were sent.', pattern: '^[0-9a-f]{64}$' })
  sha256!: string;

  @ApiProperty({ example: 1600 })
  width!: number;

  @ApiProperty({ example: 1200 })
  height!: number;

  @ApiProperty({ type: QualityDto })
  quality!: QualityDto;

  @ApiProperty({ type: [AdviceDto] })
  advice!: AdviceDto[];
}

export class SlotPhotosDto {
  @ApiPropertyOptional({ type: PhotoAnswerDto })
  portrait?: PhotoAnswerDto;

  @ApiPropertyOptional({ type: PhotoAnswerDto })
  idFront?: PhotoAnswerDto;

  @ApiPropertyOptional({ type: PhotoAnswerDto })
  idBack?: PhotoAnswerDto;
}

const nullableText = { type: String, nullable: true } as const;

/** The form as it is stored: every field is there, null where nothing is. */
export class StoredFormDto {
  @ApiProperty(nullableText) insuranceNumber!: string | null;
  @ApiProperty(nullableText) fullName!: string | null;
  @ApiProperty(nullableText) idNumber!: string | null;
  @ApiProperty({ type: String, enum: [...ID_TYPES, null], nullable: true }) idType!: IdType | null;
  @ApiProperty(nullableText) provinceCode!: string | null;
  @ApiProperty(nullableText) districtCode!: string | null;
  @ApiProperty(nullableText) wardCode!: string | null;
  @ApiProperty(nullableText) street!: string | null;
  @ApiProperty({ ...nullableText, description: 'E.164' }) phone!: string | null;
  @ApiProperty(nullableText) officeCode!: string | null;
  @ApiProperty({ type: Boolean }) emailCopy!: boolean | null;
  @ApiProperty({ type: Boolean }) emailForNotices!: boolean | null;
  @ApiProperty(nullableText) email!: string | null;
  @ApiProperty({ type: Boolean }) commitmentAccepted!: boolean | null;
  @ApiProperty({ type: Boolean }) dataProcessingAccepted!: boolean | null;
  @ApiProperty(nullableText) consentVersion!: string | null;
}

class DraftFactsDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  version!: number;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  @ApiProperty({ type: SlotPhotosDto })
  photos!: SlotPhotosDto;
}

export class DraftDto extends IntersectionType(DraftFactsDto, StoredFormDto) {}

export class ReturnedItemDto {
  @ApiPropertyOptional()
  field?: string;

  @ApiPropertyOptional()
  slot?: string;

  @ApiProperty({ example: 'photo-blurred' })
  reasonCode!: string;

  @ApiPropertyOptional({ example: '2', description: 'Phiên bản danh mục lý do · Version of the catalogue of reasons.' })
  catalogueVersion?: string;

  @ApiProperty()
  message!: string;

  @ApiPropertyOptional()
  text?: string;
}

export class RejectionDto {
  @ApiProperty()
  reasonCode!: string;

  @ApiPropertyOptional({ example: '2', description: 'Phiên bản danh mục lý do · Version of the catalogue of reasons.' })
  catalogueVersion?: string;

  @ApiProperty()
  message!: string;

  @ApiPropertyOptional()
  text?: string;
}

/** What every answer about a dossier begins with, whoever asks. */
export class DossierHeadDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty({ enum: STATUSES })
  status!: Status;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  submittedAt!: string;

  @ApiProperty()
  revision!: number;
}

class CitizenFactsDto extends DossierHeadDto {
  @ApiProperty({ type: ReceiptOfficeDto })
  office!: ReceiptOfficeDto;

  @ApiProperty({ description: 'Việc cần làm tiếp theo · What to do next.' })
  nextStep!: string;

  @ApiProperty({ type: [String] })
  allowedActions!: Action[];

  @ApiProperty({ type: [ReturnedItemDto] })
  returnedItems!: ReturnedItemDto[];

  @ApiProperty({ type: RejectionDto, nullable: true })
  rejection!: RejectionDto | null;
}

export class CitizenDeclarationDto extends IntersectionType(CitizenFactsDto, StoredFormDto) {}

export class CitizenStepDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'submit' })
  action!: string;

  @ApiProperty(nullableText)
  from!: string | null;

  @ApiProperty(nullableText)
  to!: string | null;
}

export class RevisionQuery {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: MOST_REVISIONS,
    description: 'Lần gửi; mặc định: nội dung hiện tại · As sent with this revision; default: as it stands.',
  })
  @IsOptional()
  @InDigits()
  @IsInt()
  @Min(1)
  @Max(MOST_REVISIONS)
  revision?: number;
}

export class RevisionDto {
  @ApiProperty({ example: 1 })
  revision!: number;

  @ApiProperty({ format: 'date-time' })
  submittedAt!: string;

  @ApiProperty({ type: StoredFormDto })
  declared!: StoredFormDto;

  @ApiProperty({ enum: PHOTO_SLOTS, isArray: true })
  photos!: PhotoSlot[];
}

export class CitizenHistoryDto {
  @ApiProperty({ type: [CitizenStepDto] })
  items!: CitizenStepDto[];

  @ApiProperty({ type: [RevisionDto], description: 'Nội dung từng lần gửi · What was sent, each time.' })
  revisions!: RevisionDto[];
}
