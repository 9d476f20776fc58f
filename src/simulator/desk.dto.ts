import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsISO8601, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';
import { InDecimals, InDigits } from '../platform/http/number-in-query.decorator.ts';
import { STATUSES, type Status } from '../declarations/status.rule.ts';
import { STAFF_ROLES, type StaffRole } from '../staff/rights.ts';
import { StaffProfileDto } from '../staff/staff-sessions.dto.ts';

export class TokenWish {
  @ApiPropertyOptional({ enum: STAFF_ROLES })
  @MayBeAbsent()
  @IsIn(STAFF_ROLES)
  role?: StaffRole;

  @ApiPropertyOptional({ example: '03102', default: '03102' })
  @MayBeAbsent()
  @Matches(/^0\d{4}$/)
  officeCode?: string;

  @ApiPropertyOptional({ example: '0397097379', description: 'Thay cho role · Instead of a role: the account’s token.' })
  @MayBeAbsent()
  @Matches(/^\d{10}$/)
  insuranceNumber?: string;
}

export class TokenAnswer {
  @ApiProperty()
  accessToken!: string;

  @ApiPropertyOptional({ type: StaffProfileDto })
  staff?: StaffProfileDto;
}

/** RFC 3339; which days a month has is asked beside it. No leap second, which neither Node nor PostgreSQL keeps. */
const INSTANT = /^20\d{2}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

export class ClockWish {
  @ApiPropertyOptional({ format: 'date-time', example: '2021-04-20T02:00:00Z' })
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  @Matches(INSTANT)
  now?: string;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @IsBoolean()
  frozen?: boolean;
}

export class ClockAnswer {
  @ApiProperty({ format: 'date-time' })
  now!: string;

  @ApiProperty()
  frozen!: boolean;
}

export class AdvanceWish {
  @ApiProperty({ example: 'P3D', description: 'ISO 8601: P3D, PT15M, P1M' })
  @Matches(/^P(?!$)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,7}M)?(\d{1,9}(\.\d{1,3})?S)?)?$/)
  @MaxLength(60)
  @IsString()
  by!: string;
}

class FellDueDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ example: 'expire' })
  action!: string;

  @ApiProperty({ format: 'uuid' })
  declarationId!: string;
}

class FellDueMessageDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  declarationId!: string | null;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: string;

  @ApiProperty({ example: 'reminder' })
  template!: string;

  @ApiProperty({ description: 'Số lần đã thử, tính cả lần này · Tries so far, this one included.' })
  attempts!: number;

  @ApiProperty({ example: 'temporary-failure' })
  state!: string;
}

export class AdvanceAnswer extends ClockAnswer {
  @ApiProperty({
    type: [FellDueDto],
    description: 'Đúng như lịch sử hồ sơ · Exactly what the dossiers’ histories tell of the time in between.',
  })
  ran!: FellDueDto[];

  @ApiProperty({
    type: [FellDueMessageDto],
    description: 'Từng lần gửi tin trên đường đi · Each try to send a message on the way, at its instant; tries stand in no history.',
  })
  messages!: FellDueMessageDto[];
}

export class CounterDto {
  @ApiProperty({ example: '03102' })
  @Matches(/^0\d{4}$/)
  officeCode!: string;

  @ApiProperty({ example: 'GD' })
  @Matches(/^[A-Z]{2}$/)
  kind!: string;

  @ApiProperty({ example: 2021 })
  @IsInt()
  @Min(2000)
  @Max(2999)
  year!: number;

  @ApiProperty({ example: 49630, description: 'Số cuối đã cấp; số tiếp theo là last + 1 · The next number is last + 1.' })
  @IsInt()
  @Min(0)
  @Max(999_999_999)
  last!: number;
}

class JumpDto {
  @ApiProperty()
  from!: number;

  @ApiProperty()
  to!: number;
}

class GivenNumberDto {
  @ApiProperty({ example: 49631 })
  number!: number;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty({ format: 'uuid' })
  declarationId!: string;

  @ApiProperty({ enum: STATUSES })
  status!: Status;
}

class CounterContinuityDto extends CounterDto {
  @ApiProperty()
  issued!: number;

  @ApiProperty({ type: [JumpDto] })
  jumps!: JumpDto[];

  @ApiProperty({ type: [Number] })
  gaps!: number[];

  @ApiProperty({ type: [Number], description: 'Số của nhiều hồ sơ: luôn không có · Numbers of several dossiers: always none.' })
  duplicates!: number[];

  @ApiProperty({
    type: [Number],
    description: 'Số mà bộ đếm chưa tới: luôn không có · Numbers that the counter has not come to: always none.',
  })
  beyond!: number[];

  @ApiProperty()
  continuous!: boolean;

  @ApiProperty({ type: [GivenNumberDto], description: 'Theo trang · In their order; of a long list, what this page has of it.' })
  numbers!: GivenNumberDto[];
}

export class ContinuityAnswer {
  @ApiProperty({ type: [CounterContinuityDto] })
  counters!: CounterContinuityDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class ContinuityFilter {
  @ApiPropertyOptional({ example: '03102' })
  @IsOptional()
  @Matches(/^0\d{4}$/)
  officeCode?: string;

  @ApiPropertyOptional({ example: 'GD' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/)
  kind?: string;

  @ApiPropertyOptional({ example: 2021 })
  @IsOptional()
  @InDigits()
  @IsInt()
  @Min(2000)
  @Max(2999)
  year?: number;

  @ApiPropertyOptional({ default: 1000, minimum: 1, maximum: 10_000, description: 'Số, của mọi bộ đếm · Numbers, of all counters.' })
  @IsOptional()
  @InDigits()
  @IsInt()
  @Min(1)
  @Max(10_000)
  limit?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @MaxLength(400)
  @IsString()
  cursor?: string;
}

export class MessageFilter {
  @ApiPropertyOptional({ enum: ['sms', 'email'] })
  @IsOptional()
  @IsIn(['sms', 'email'])
  channel?: string;

  @ApiPropertyOptional({ example: '+84352153000' })
  @IsOptional()
  @MaxLength(320)
  @IsString()
  to?: string;

  @ApiPropertyOptional({ example: '49631.GD/2021/03102' })
  @IsOptional()
  @MaxLength(60)
  @IsString()
  dossierNumber?: string;

  @ApiPropertyOptional({ example: 'credentials' })
  @IsOptional()
  @MaxLength(60)
  @IsString()
  template?: string;

  @ApiPropertyOptional({ example: 'delivered' })
  @IsOptional()
  @MaxLength(40)
  @IsString()
  state?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'X-Event-Cursor của một lần ghi: chỉ tin sinh ra từ đó về sau · `X-Event-Cursor` of a write: only what came of it or later.',
  })
  @IsOptional()
  @IsUUID()
  after?: string;
}

export class AwaitFilter extends MessageFilter {
  @ApiPropertyOptional({ default: 5, minimum: 0, maximum: 60, description: 'Giây · Seconds.' })
  @IsOptional()
  @InDecimals()
  @Min(0)
  @Max(60)
  timeout?: number;
}

class AttachmentDto {
  @ApiProperty()
  filename!: string;

  @ApiProperty()
  contentType!: string;

  @ApiProperty()
  size!: number;
}

class MessageFieldsDto {
  @ApiPropertyOptional()
  account?: string;

  @ApiPropertyOptional()
  password?: string;

  @ApiPropertyOptional()
  otp?: string;

  @ApiPropertyOptional()
  trackingCode?: string;
}

export class InboxItemDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: string;

  @ApiProperty()
  to!: string;

  @ApiProperty({ type: String, nullable: true })
  template!: string | null;

  @ApiProperty({ type: String, nullable: true })
  dossierNumber!: string | null;

  @ApiProperty({ example: 'delivered' })
  state!: string;

  @ApiProperty()
  text!: string;

  @ApiPropertyOptional()
  subject?: string;

  @ApiProperty({ type: [AttachmentDto] })
  attachments!: AttachmentDto[];

  @ApiProperty({ type: MessageFieldsDto })
  fields!: MessageFieldsDto;

  @ApiProperty({ type: 'array', items: { type: 'object' } })
  deliveries!: object[];
}

export class InboxPage {
  @ApiProperty({ type: [InboxItemDto] })
  items!: InboxItemDto[];
}
