import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsObject, IsString, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { STATUSES, type Status } from '../declarations/status.rule.ts';
import { WARNINGS, type WarningCode } from '../declarations/warnings.ts';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';
import { InDigits } from '../platform/http/number-in-query.decorator.ts';
import { DossierFactsDto } from './dossiers.dto.ts';
import { DUPLICATE_SIGN_CODES, type DuplicateSign } from './duplicates/duplicate-signs.rule.ts';
import { QUEUES, SORTS, type Queue, type Sort } from './queue-page.query.ts';

const QUEUE_NAMES = Object.keys(QUEUES);
const SENT_STATUSES = STATUSES.filter((status) => status !== 'DRAFT');
const WARNING_CODES = Object.keys(WARNINGS);

const MOST_ON_A_PAGE = 100;
const MOST_OF_A_SEARCH = 120;
const MOST_OF_A_CURSOR = 200;

/** A day of this millennium; that it is one of the calendar is for `IsISO8601` to say. */
const DAY = /^2\d{3}-\d{2}-\d{2}$/;
const REASON = /^[a-z]+(-[a-z]+){0,9}$/;

const SORT = {
  enum: SORTS,
  description: 'age: cũ nhất trước · oldest first; due: gấp nhất trước · most urgent first; -: ngược lại · the other way round.',
};

export class QueueFiltersDto {
  @ApiPropertyOptional({ enum: QUEUE_NAMES, default: 'all' })
  @MayBeAbsent()
  @IsIn(QUEUE_NAMES)
  queue?: Queue;

  @ApiPropertyOptional({ enum: SENT_STATUSES })
  @MayBeAbsent()
  @IsIn(SENT_STATUSES)
  status?: Status;

  @ApiPropertyOptional({ format: 'date', description: 'Nộp từ ngày, giờ Việt Nam · First day of submission, in Vietnam.' })
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  @Matches(DAY)
  submittedFrom?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Nộp đến hết ngày · Last day of submission.' })
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  @Matches(DAY)
  submittedTo?: string;

  @ApiPropertyOptional({ enum: WARNING_CODES })
  @MayBeAbsent()
  @IsIn(WARNING_CODES)
  warning?: WarningCode;

  @ApiPropertyOptional({
    example: 'photo-blurred',
    maxLength: 60,
    description: 'Lý do trả lại hoặc từ chối · Why it was returned or rejected; a code of GET /v1/reasons.',
  })
  @MayBeAbsent()
  @MaxLength(60)
  @Matches(REASON)
  reason?: string;
}

class PlaceQuery {
  @ApiPropertyOptional({ ...SORT, default: 'age' })
  @MayBeAbsent()
  @IsIn(SORTS)
  sort?: Sort;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: MOST_ON_A_PAGE, default: 50 })
  @MayBeAbsent()
  @InDigits()
  @IsInt()
  @Min(1)
  @Max(MOST_ON_A_PAGE)
  limit?: number;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @MaxLength(MOST_OF_A_CURSOR)
  @IsString()
  cursor?: string;
}

export class ListQuery extends IntersectionType(QueueFiltersDto, PlaceQuery) {}

export class SearchDto {
  @ApiPropertyOptional({
    maxLength: MOST_OF_A_SEARCH,
    example: 'huynh thi minh',
    description:
      'Số hồ sơ, mã số BHXH, số giấy tờ, số điện thoại (cách viết nào cũng được), hoặc họ tên không cần dấu · Dossier, insurance, ID or ' +
      'phone number in any spelling, or a name without diacritics; the last word may be only begun.',
  })
  @MayBeAbsent()
  @MaxLength(MOST_OF_A_SEARCH)
  @IsString()
  q?: string;

  @ApiPropertyOptional({ type: QueueFiltersDto })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => QueueFiltersDto)
  filters?: QueueFiltersDto;

  @ApiPropertyOptional({ ...SORT, default: '-age' })
  @MayBeAbsent()
  @IsIn(SORTS)
  sort?: Sort;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: MOST_ON_A_PAGE, default: 50 })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MOST_ON_A_PAGE)
  limit?: number;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @MaxLength(MOST_OF_A_CURSOR)
  @IsString()
  cursor?: string;
}

class ListHolderDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;
}

class MaskedDto {
  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'Hạn giải quyết, ngày Việt Nam · Last day for a decision; null when none is owed.',
  })
  dueOn!: string | null;

  @ApiProperty({ description: 'Quá hạn · That day has passed.' })
  overdue!: boolean;

  @ApiProperty({ example: 'Huỳnh Thị Minh' })
  fullName!: string;

  @ApiProperty({ example: '0397****79' })
  insuranceNumber!: string;

  @ApiProperty({ example: '********0123' })
  idNumber!: string;

  @ApiProperty({ example: '035****000' })
  phone!: string;

  @ApiProperty({
    enum: DUPLICATE_SIGN_CODES,
    isArray: true,
    description: 'Giống hồ sơ khác, chưa kết luận · What it has in common with dossiers about which nobody has decided.',
  })
  duplicateSigns!: DuplicateSign[];

  @ApiProperty({ type: ListHolderDto, nullable: true })
  heldBy!: ListHolderDto | null;
}

export class ListedDossierDto extends IntersectionType(DossierFactsDto, MaskedDto) {}

export class DossierPageDto {
  @ApiProperty({ type: [ListedDossierDto] })
  items!: ListedDossierDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class QueueCountsDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { new: 12, mine: 1, returned: 3, overdue: 2, duplicates: 1, transferred: 0, 'failed-messages': 0, all: 40 },
  })
  counts!: Record<Queue, number>;
}
