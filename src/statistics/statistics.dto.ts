import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { STATUSES, type Status } from '../declarations/status.rule.ts';
import { COUNTED_ACTIONS } from './statistics.service.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SENT = STATUSES.filter((status) => status !== 'DRAFT');

export class PeriodQuery {
  @ApiPropertyOptional({
    format: 'date',
    description: 'Ngày đầu (giờ Việt Nam); mặc định 30 ngày · First day, Vietnam time; thirty days by default.',
  })
  @IsOptional()
  @Matches(DAY)
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'Ngày cuối · Last day; today by default.' })
  @IsOptional()
  @Matches(DAY)
  to?: string;
}

export class ExportQuery extends PeriodQuery {
  @ApiPropertyOptional({ enum: SENT })
  @IsOptional()
  @IsIn(SENT)
  status?: Status;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'Gồm dữ liệu cá nhân (chỉ lãnh đạo) · With personal fields, for supervisors only.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  personal?: 'true' | 'false';
}

class ReceivedDto {
  @ApiProperty({ example: 120 })
  total!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { SUBMITTED: 20, APPROVED: 100 } })
  byStatus!: Record<string, number>;
}

class DayDto {
  @ApiProperty({ format: 'date' })
  day!: string;

  @ApiProperty()
  submit!: number;

  @ApiProperty()
  lease!: number;

  @ApiProperty()
  approve!: number;

  @ApiProperty()
  return!: number;

  @ApiProperty()
  resubmit!: number;

  @ApiProperty()
  reject!: number;

  @ApiProperty()
  transfer!: number;

  @ApiProperty()
  withdraw!: number;

  @ApiProperty()
  expire!: number;
}

class ReasonCountDto {
  @ApiProperty({ example: 'photo-blurred' })
  code!: string;

  @ApiProperty()
  returned!: number;

  @ApiProperty()
  rejected!: number;
}

class DurationsDto {
  @ApiProperty()
  count!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Trung vị, giây · Median, seconds.' })
  median!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Phân vị 90, giây · 90th percentile, seconds.' })
  p90!: number | null;
}

class StepDurationsDto {
  @ApiProperty({ type: DurationsDto })
  toFirstLease!: DurationsDto;

  @ApiProperty({ type: DurationsDto })
  toFirstAnswer!: DurationsDto;

  @ApiProperty({ type: DurationsDto })
  toDecision!: DurationsDto;
}

class FourEyesOverrideReportDto {
  @ApiProperty({ format: 'uuid' })
  declarationId!: string;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty()
  by!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

class FourEyesOverriddenDto {
  @ApiProperty({ example: 1 })
  total!: number;

  @ApiProperty({ type: [FourEyesOverrideReportDto], maxItems: 100 })
  latest!: FourEyesOverrideReportDto[];
}

export class StatisticsDto {
  @ApiProperty({ format: 'date' })
  from!: string;

  @ApiProperty({ format: 'date' })
  to!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ type: ReceivedDto })
  received!: ReceivedDto;

  @ApiProperty({ type: [DayDto], description: `Mỗi ngày: ${COUNTED_ACTIONS.join(', ')} · What happened on each day.` })
  days!: DayDto[];

  @ApiProperty({ type: [ReasonCountDto] })
  reasons!: ReasonCountDto[];

  @ApiProperty({ type: StepDurationsDto })
  durations!: StepDurationsDto;

  @ApiProperty({
    type: FourEyesOverriddenDto,
    description:
      'Tờ khai do chính người nhập duyệt; lý do ở lịch sử hồ sơ · Approved by whoever typed them in; the reasons stand in the histories.',
  })
  fourEyesOverridden!: FourEyesOverriddenDto;
}
