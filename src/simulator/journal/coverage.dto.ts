import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { InDecimals } from '../../platform/http/number-in-query.decorator.ts';
import { COVERAGE_AREAS, type AreaCoverage, type CoverageArea } from './coverage.ts';

export class CoverageQuery {
  @ApiPropertyOptional({ minimum: 0, maximum: 1, default: 0, example: 0.8 })
  @IsOptional()
  @InDecimals()
  @Max(1)
  @Min(0)
  @IsNumber()
  threshold?: number;

  @ApiPropertyOptional({ enum: ['true', 'false'], default: 'false', description: '409 khi dưới ngưỡng · 409 below the threshold.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  fail?: string;
}

class AreaCoverageDto implements AreaCoverage {
  @ApiProperty({ type: [String] })
  touched!: string[];

  @ApiProperty({ type: [String] })
  untouched!: string[];

  @ApiProperty({ example: 0.75 })
  share!: number;
}

class CoverageAreasDto implements Record<CoverageArea, AreaCoverage> {
  @ApiProperty({ description: 'Trạng thái · Statuses.' })
  states!: AreaCoverageDto;

  @ApiProperty({ description: 'Trạng thái, việc làm, trạng thái mới · Status, action, next status.' })
  transitions!: AreaCoverageDto;

  @ApiProperty({ description: 'Mã từ chối · Codes of refusals.' })
  refusals!: AreaCoverageDto;

  @ApiProperty({ description: 'Mã lỗi của trường và ảnh · Codes of faults of fields and photos.' })
  fieldFaults!: AreaCoverageDto;

  @ApiProperty({ description: 'Lý do trả lại, từ chối · Reasons of returns and rejections.' })
  reasons!: AreaCoverageDto;

  @ApiProperty({ description: 'Giá trị đặc biệt · Magic values.' })
  magicValues!: AreaCoverageDto;

  @ApiProperty({ description: 'Lỗi đã gây ra · Faults that have struck.' })
  faults!: AreaCoverageDto;
}

export class CoverageAnswer {
  @ApiProperty({ description: COVERAGE_AREAS.join(', ') })
  areas!: CoverageAreasDto;

  @ApiProperty({ example: 0.81 })
  overall!: number;

  @ApiProperty({ example: 0.8 })
  threshold!: number;

  @ApiProperty()
  passed!: boolean;
}
