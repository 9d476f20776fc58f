import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { InDigits } from '../../platform/http/number-in-query.decorator.ts';
import { BothLanguages } from '../magic/catalogue.dto.ts';
import { MOST_ENTRIES } from './journal.ts';

export class JournalQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  declarationId?: string;

  @ApiPropertyOptional({ example: '49631.GD/2021/03102' })
  @IsOptional()
  @MaxLength(60)
  @IsString()
  dossierNumber?: string;

  @ApiPropertyOptional({
    example: 'POST /v1/staff/declarations/{id}/approval',
    description: 'Có hoặc không có phương thức · With or without the method.',
  })
  @IsOptional()
  @MaxLength(200)
  @IsString()
  route?: string;

  @ApiPropertyOptional({ example: 'okhttp', description: 'X-Client-Id, hoặc tên phần mềm · X-Client-Id, else the user agent’s product.' })
  @IsOptional()
  @MaxLength(255)
  @IsString()
  client?: string;

  @ApiPropertyOptional({ example: 409 })
  @IsOptional()
  @InDigits()
  @Max(599)
  @Min(100)
  @IsInt()
  status?: number;

  @ApiPropertyOptional({ example: 'lease-required', description: 'Của lời từ chối hoặc của một trường · Of the refusal or of one field.' })
  @IsOptional()
  @MaxLength(60)
  @IsString()
  code?: string;

  @ApiPropertyOptional({ example: 1, description: 'Phải đúng số lần này, nếu không là 409 · Exactly so many there must be, else 409.' })
  @IsOptional()
  @InDigits()
  @Max(MOST_ENTRIES)
  @Min(0)
  @IsInt()
  times?: number;

  @ApiPropertyOptional({ default: 100, maximum: MOST_ENTRIES })
  @IsOptional()
  @InDigits()
  @Max(MOST_ENTRIES)
  @Min(0)
  @IsInt()
  limit?: number;
}

class JournalCountDto {
  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ type: String, nullable: true, example: '/v1/staff/declarations/{id}/approval' })
  route!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'null: kết nối đứt · null: the connection broke.' })
  status!: number | null;

  @ApiPropertyOptional({ example: 'lease-required' })
  code?: string;

  @ApiProperty({ example: 1 })
  count!: number;
}

class RefusedPartDto {
  @ApiProperty({ example: '/phone' })
  pointer!: string;

  @ApiProperty({ example: 'phone-landline' })
  code!: string;
}

class RefusalFactsDto {
  @ApiProperty({ example: 'validation-failed' })
  code!: string;

  @ApiProperty({ type: [RefusedPartDto] })
  errors!: RefusedPartDto[];

  @ApiPropertyOptional({ description: 'Có khi câu trả lời nêu nhiều lỗi hơn · Where the answer named more than are kept.' })
  errorsInAll?: number;

  @ApiPropertyOptional({ example: 'RETURNED' })
  state?: string;

  @ApiPropertyOptional({ type: [String] })
  allowedActions?: string[];

  @ApiPropertyOptional({ type: [String] })
  missing?: string[];

  @ApiPropertyOptional({ type: [String] })
  methods?: string[];

  @ApiPropertyOptional()
  retryAfterSeconds?: number;
}

class FieldRuleOriginDto {
  @ApiProperty({ example: 'declarations/rules/phone.rule.ts#checkPhone' })
  rule!: string;

  @ApiProperty()
  statement!: string;

  @ApiProperty({ enum: ['public', 'inferred', 'decided'] })
  origin!: string;
}

class FieldRuleDto extends RefusedPartDto {
  @ApiPropertyOptional()
  says?: BothLanguages;

  @ApiProperty({ type: [FieldRuleOriginDto], description: 'Như /_sim/provenance · As /_sim/provenance tells it.' })
  rules!: FieldRuleOriginDto[];
}

class RefusingRuleDto {
  @ApiProperty()
  title!: BothLanguages;

  @ApiProperty()
  detail!: BothLanguages;

  @ApiProperty({ type: [FieldRuleDto] })
  fields!: FieldRuleDto[];
}

class ExpectedPartDto {
  @ApiProperty({ example: '/phone' })
  pointer!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { type: 'string', example: '0352 153 000' },
    description: 'Theo tài liệu API; vắng mặt: bỏ trường này · From the API document; absent: leave the part out.',
  })
  expected?: object;
}

class NearestRequestDto {
  @ApiProperty()
  says!: BothLanguages;

  @ApiProperty({ type: [String], example: ['POST /v1/staff/declarations/{id}/lease'] })
  first!: string[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { 'Lease-Token': 'leaseToken' } })
  headers!: Record<string, string>;

  @ApiProperty({ type: [ExpectedPartDto] })
  fields!: ExpectedPartDto[];

  @ApiPropertyOptional({ type: [String] })
  allowedActions?: string[];

  @ApiPropertyOptional({ type: [String] })
  missing?: string[];

  @ApiPropertyOptional({ type: [String] })
  methods?: string[];

  @ApiPropertyOptional()
  retryAfterSeconds?: number;
}

class JournalEntryDto {
  @ApiProperty({ example: 1 })
  sequence!: number;

  @ApiProperty({ format: 'date-time', description: 'Theo đồng hồ của không gian · By the workspace’s clock.' })
  at!: string;

  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ type: String, nullable: true, example: '/v1/staff/declarations/{id}/approval' })
  route!: string | null;

  @ApiPropertyOptional({ format: 'uuid' })
  declarationId?: string;

  @ApiProperty({ example: 'okhttp' })
  client!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'null: kết nối đứt · null: the connection broke.' })
  status!: number | null;

  @ApiProperty({ example: 12 })
  milliseconds!: number;

  @ApiPropertyOptional({ format: 'uuid' })
  eventCursor?: string;

  @ApiPropertyOptional()
  refusal?: RefusalFactsDto;

  @ApiPropertyOptional({ description: 'Quy tắc đã từ chối · The rule that refused.' })
  rule?: RefusingRuleDto;

  @ApiPropertyOptional({ description: 'Yêu cầu hợp lệ gần nhất · The nearest valid request.' })
  nearest?: NearestRequestDto;
}

export class JournalPage {
  @ApiProperty({ example: 1, description: 'Tổng số yêu cầu khớp · How many requests match.' })
  total!: number;

  @ApiProperty({ type: [JournalCountDto] })
  counts!: JournalCountDto[];

  @ApiProperty({ type: [JournalEntryDto] })
  items!: JournalEntryDto[];
}
