import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../../platform/http/may-be-absent.decorator.ts';
import { MOST_MEGABYTES, type RunView } from './runs.service.ts';

export class RunWishDto {
  @ApiPropertyOptional({ maxLength: 100, example: 'tra-lai-anh-mo' })
  @MayBeAbsent()
  @MaxLength(100)
  @IsString()
  name?: string;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: MOST_MEGABYTES,
    default: MOST_MEGABYTES,
    description: 'Đầy thì ngừng ghi · The recording stops when the file is full.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MOST_MEGABYTES)
  mostMegabytes?: number;
}

export class RunDto implements RunView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;

  @ApiProperty({ enum: ['recording', 'ended', 'full', 'failed', 'interrupted'] })
  state!: RunView['state'];

  @ApiProperty({ format: 'date-time', description: 'Theo đồng hồ máy · By the machine’s clock.' })
  recordedAt!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'null = chưa xong · not over yet' })
  calls!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Số lời gọi chồng lên nhau · Calls during which another one was under way.' })
  overlapping!: number | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Có seed và đồng hồ đứng yên · With a seed, on a clock that stood still: the same again gives the same hash.',
  })
  repeatable!: boolean | null;

  @ApiProperty({ type: String, nullable: true, pattern: '^[0-9a-f]{64}$', description: 'SHA-256 của cả câu chuyện · Of the whole story.' })
  hash!: string | null;
}

export class RunsAnswer {
  @ApiProperty({ type: [RunDto] })
  items!: RunDto[];
}
