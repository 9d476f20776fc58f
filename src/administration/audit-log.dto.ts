import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsUUID, Matches, MaxLength } from 'class-validator';
import { SUBJECT_KINDS, type SubjectKind } from '../audit/audit-entry.entity.ts';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';
import { PageQuery } from './page-query.dto.ts';

const ACTOR_KINDS = ['citizen', 'staff', 'system', 'desk'] as const;
/** A day of this millennium; that it is one of the calendar is for `IsISO8601` to say. */
const DAY = /^2\d{3}-\d{2}-\d{2}$/;

export class AuditQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'date', description: 'Từ ngày, giờ Việt Nam · First day, in Vietnam.' })
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  @Matches(DAY)
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Đến hết ngày · Last day.' })
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  @Matches(DAY)
  to?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Ai · Who.' })
  @MayBeAbsent()
  @IsUUID()
  actorId?: string;

  @ApiPropertyOptional({ example: 'approve', description: 'Việc gì · What.' })
  @MayBeAbsent()
  @Matches(/^[a-z]+(-[a-z]+){0,9}$/)
  @MaxLength(60)
  action?: string;

  @ApiPropertyOptional({ example: '03102', description: 'Cơ quan của người làm · The office of whoever did it.' })
  @MayBeAbsent()
  @Matches(/^0\d{4}$/)
  officeCode?: string;

  @ApiPropertyOptional({ enum: SUBJECT_KINDS })
  @MayBeAbsent()
  @IsIn(SUBJECT_KINDS)
  subjectKind?: SubjectKind;

  @ApiPropertyOptional({ format: 'uuid', description: 'Với hồ sơ, cán bộ, tài khoản nào · To which dossier, officer or account.' })
  @MayBeAbsent()
  @IsUUID()
  subjectId?: string;
}

class LoggedSubjectDto {
  @ApiProperty({ enum: SUBJECT_KINDS })
  kind!: SubjectKind;

  @ApiProperty({
    format: 'uuid',
    description: 'Cơ quan: mã ở cuối UUID toàn số 0 · An office’s code stands at the end of a UUID of zeros.',
  })
  id!: string;
}

class LoggedActorDto {
  @ApiProperty({ enum: ACTOR_KINDS })
  kind!: (typeof ACTOR_KINDS)[number];

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'canbo.03102' })
  username!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '03102' })
  officeCode!: string | null;
}

export class LoggedEntryDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: LoggedSubjectDto })
  subject!: LoggedSubjectDto;

  @ApiProperty({ description: 'Thứ tự trong chuỗi của đối tượng đó · Its place in the chain of its subject.' })
  sequence!: number;

  @ApiProperty({ type: LoggedActorDto })
  actor!: LoggedActorDto;

  @ApiProperty({ example: 'approve' })
  action!: string;

  @ApiProperty({ type: String, nullable: true })
  from!: string | null;

  @ApiProperty({ type: String, nullable: true })
  to!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Mã và tên trường, không bao giờ có giá trị · Codes and names of fields, never their values.',
  })
  details!: Record<string, unknown>;
}

export class AuditPageDto {
  @ApiProperty({ type: [LoggedEntryDto] })
  items!: LoggedEntryDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
