import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { STATUSES, type Status } from '../declarations/status.rule.ts';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';
import { InDigits } from '../platform/http/number-in-query.decorator.ts';

const MOST_ON_A_PAGE = 100;
const MOST_OF_A_CURSOR = 200;

export class NoticesQuery {
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

export class OverdueNoticeDto {
  @ApiProperty({ format: 'uuid' })
  declarationId!: string;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ format: 'date', description: 'Hạn đã qua, ngày Việt Nam · The last day on which a decision would have been in time.' })
  dueOn!: string;

  @ApiProperty({ enum: STATUSES, description: 'Trạng thái hiện nay · As it is now.' })
  status!: Status;

  @ApiProperty({ format: 'date-time' })
  since!: string;
}

export class OverdueNoticePageDto {
  @ApiProperty({ type: [OverdueNoticeDto] })
  items!: OverdueNoticeDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
