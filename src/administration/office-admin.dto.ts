import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { CODE_STATUSES, OFFICE_LEVELS, type CodeStatus, type OfficeLevel } from '../offices/office.entity.ts';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';

const MOST_TEXT = 500;
/** A day of this millennium; that it is one of the calendar is for `IsISO8601` to say. */
const DAY = /^2\d{3}-\d{2}-\d{2}$/;
const day = (description: string, example: string | null = null) =>
  ({ type: String, format: 'date', nullable: true, description, example, default: null }) as const;
const text = (example: string | null) => ({ type: String, nullable: true, example, maxLength: MOST_TEXT, default: null }) as const;

class OfficeNameDto {
  @ApiProperty({ example: 'BHXH Quận Ngô Quyền', maxLength: MOST_TEXT })
  @MaxLength(MOST_TEXT)
  @IsString()
  name!: string;

  @ApiProperty({ enum: OFFICE_LEVELS })
  @IsIn(OFFICE_LEVELS)
  level!: OfficeLevel;

  @ApiProperty({ example: '31', pattern: '^\\d{2}$' })
  @Matches(/^\d{2}$/)
  provinceCode!: string;
}

class OfficeFactsDto {
  @ApiPropertyOptional({ type: String, nullable: true, example: '304', default: null, pattern: '^\\d{3}$' })
  @IsOptional()
  @Matches(/^\d{3}$/)
  districtCode?: string | null;

  @ApiPropertyOptional(text('Lô 20B, khu tái định cư'))
  @IsOptional()
  @MaxLength(MOST_TEXT)
  @IsString()
  address?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '02253826582', default: null })
  @IsOptional()
  @MaxLength(20)
  @IsString()
  phone?: string | null;

  @ApiPropertyOptional({ enum: CODE_STATUSES, default: 'guess' })
  @MayBeAbsent()
  @IsIn(CODE_STATUSES)
  codeStatus?: CodeStatus;

  @ApiPropertyOptional({ default: false, description: 'Đã đóng, không rõ ngày · Closed, though no day is known.' })
  @MayBeAbsent()
  @IsBoolean()
  closed?: boolean;

  @ApiPropertyOptional(day('Ngày đầu tiếp nhận, giờ Việt Nam · First day on which it receives.', '2021-01-01'))
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(DAY)
  validFrom?: string | null;

  @ApiPropertyOptional(day('Ngày cuối tiếp nhận · Last day on which it receives.'))
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(DAY)
  validTo?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: null, default: null, description: 'Cơ quan kế thừa · Who takes over.' })
  @IsOptional()
  @Matches(/^0\d{4}$/)
  successorCode?: string | null;

  @ApiPropertyOptional(text(null))
  @IsOptional()
  @MaxLength(MOST_TEXT)
  @IsString()
  note?: string | null;
}

export class NewOfficeDto extends IntersectionType(OfficeNameDto, OfficeFactsDto) {
  @ApiProperty({ example: '03116', pattern: '^0\\d{4}$' })
  @Matches(/^0\d{4}$/)
  code!: string;
}

class OfficeNamePatchDto {
  @ApiPropertyOptional({ maxLength: MOST_TEXT })
  @MayBeAbsent()
  @MaxLength(MOST_TEXT)
  @IsString()
  name?: string;

  @ApiPropertyOptional({ enum: OFFICE_LEVELS })
  @MayBeAbsent()
  @IsIn(OFFICE_LEVELS)
  level?: OfficeLevel;

  @ApiPropertyOptional({ pattern: '^\\d{2}$' })
  @MayBeAbsent()
  @Matches(/^\d{2}$/)
  provinceCode?: string;
}

/** A merge patch: what is left out stays, null clears. */
export class OfficePatchDto extends IntersectionType(OfficeNamePatchDto, OfficeFactsDto) {}

export class MergerDto {
  @ApiProperty({ example: '03103' })
  @Matches(/^0\d{4}$/)
  successorCode!: string;

  @ApiProperty({ format: 'date', example: '2026-07-01', description: 'Ngày cơ quan kế thừa tiếp nhận · First day of the successor.' })
  @IsISO8601({ strict: true })
  @Matches(DAY)
  on!: string;

  @ApiProperty({
    description:
      'Chuyển mọi hồ sơ chưa giải quyết · Its open dossiers follow: now, and again whatever still arrives; on that day when it lies ahead.',
  })
  @IsBoolean()
  rerouteOpenDossiers!: boolean;
}

export class ReroutingDto {
  @ApiProperty({ example: '03103' })
  @Matches(/^0\d{4}$/)
  toOfficeCode!: string;

  @ApiProperty({ example: 'Trụ sở ngừng tiếp công dân', maxLength: MOST_TEXT })
  @MaxLength(MOST_TEXT)
  @Matches(/\S/)
  @IsString()
  reason!: string;
}

export class AdminOfficeDto {
  @ApiProperty({ example: '03102' })
  code!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: OFFICE_LEVELS })
  level!: string;

  @ApiProperty({ example: '31' })
  provinceCode!: string;

  @ApiProperty({ type: String, nullable: true })
  districtCode!: string | null;

  @ApiProperty({ type: String, nullable: true })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true })
  phone!: string | null;

  @ApiProperty({ enum: CODE_STATUSES })
  codeStatus!: string;

  @ApiProperty()
  closed!: boolean;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validFrom!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validTo!: string | null;

  @ApiProperty({ type: String, nullable: true })
  successorCode!: string | null;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ description: 'Hôm nay có tiếp nhận hồ sơ · Receives declarations on this day.' })
  open!: boolean;

  @ApiProperty({ description: 'Khi đóng, hồ sơ chuyển sang cơ quan kế thừa · When closed, its open dossiers go to its successor.' })
  reroutes!: boolean;

  @ApiProperty({ description: 'Cho If-Match · For If-Match.' })
  version!: number;
}

export class AdminOfficePageDto {
  @ApiProperty({ type: [AdminOfficeDto] })
  items!: AdminOfficeDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

class ByStatusDto {
  @ApiProperty()
  SUBMITTED!: number;

  @ApiProperty()
  IN_VERIFICATION!: number;

  @ApiProperty()
  RETURNED!: number;
}

export class ReroutedDto {
  @ApiProperty({ example: 3000, description: 'Hồ sơ đã chuyển · Dossiers that were sent on.' })
  dossiers!: number;

  @ApiProperty({ type: ByStatusDto, description: 'Theo trạng thái trước khi chuyển · By the status they had.' })
  byStatus!: ByStatusDto;

  @ApiProperty({ description: 'Lượt xử lý đã chấm dứt · Live leases that ended.' })
  leasesEnded!: number;

  @ApiProperty({ description: 'Cán bộ còn thuộc cơ quan cũ · Active officers who still belong to the office; nobody is moved by itself.' })
  staffLeft!: number;
}

export class MergedDto {
  @ApiProperty({ type: AdminOfficeDto })
  office!: AdminOfficeDto;

  @ApiProperty({ type: ReroutedDto })
  rerouted!: ReroutedDto;
}

class FieldChangeDto {
  @ApiProperty({ example: 'phone' })
  field!: string;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'boolean' }], nullable: true })
  from!: string | boolean | null;

  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'boolean' }], nullable: true })
  to!: string | boolean | null;
}

class ChangedOfficeDto {
  @ApiProperty({ example: '03102' })
  code!: string;

  @ApiProperty({ type: [FieldChangeDto] })
  changes!: FieldChangeDto[];
}

export class ImportQuery {
  @ApiProperty({ enum: ['true', 'false'], description: 'true: chỉ xem trước · Says what would change, and changes nothing.' })
  @IsIn(['true', 'false'])
  dryRun!: 'true' | 'false';
}

export class ImportedDto {
  @ApiProperty()
  dryRun!: boolean;

  @ApiProperty({ type: [String], description: 'Mã mới · Codes that are new.' })
  created!: string[];

  @ApiProperty({ type: [ChangedOfficeDto] })
  changed!: ChangedOfficeDto[];

  @ApiProperty({ type: [String], description: 'Hôm nay đang mở, nhập xong thì đóng · Open today, and closed by the table.' })
  closed!: string[];

  @ApiProperty({ description: 'Giống như đang có · The same as before.' })
  unchanged!: number;

  @ApiProperty({ description: 'Không có trong tệp, giữ nguyên · Not in the table, and left as they are.' })
  absent!: number;
}
