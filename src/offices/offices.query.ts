import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { AskedByMany } from '../platform/http/asked-by-many.decorator.ts';
import { InDigits } from '../platform/http/number-in-query.decorator.ts';

const DEFAULT_LIMIT = 50;
const MOST_ITEMS = 200;

/** The query string of the office list. */
@AskedByMany()
export class OfficesQuery {
  @ApiPropertyOptional({ description: 'Mã tỉnh · Province code', example: '31' })
  @IsOptional()
  @Matches(/^\d{2}$/)
  provinceCode?: string;

  @ApiPropertyOptional({ description: 'Mã quận, huyện · District code', example: '304' })
  @IsOptional()
  @Matches(/^\d{3}$/)
  districtCode?: string;

  @ApiPropertyOptional({
    description: 'Mã hoặc tên, không cần dấu · Code or name, diacritics not needed',
    example: 'ngo quyen',
    maxLength: 100,
  })
  @IsOptional()
  @MaxLength(100)
  @IsString()
  q?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_ITEMS, default: DEFAULT_LIMIT })
  @IsOptional()
  @InDigits()
  @IsInt()
  @Min(1)
  @Max(MOST_ITEMS)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ description: 'nextCursor của trang trước · nextCursor of the page before' })
  @IsOptional()
  @MaxLength(100)
  @IsString()
  cursor?: string;
}

/** The query string of the suggestions: exactly one of the two. An insurance number may stand in it, so that nothing of it is remembered. */
export class OfficeSuggestionsQuery {
  @ApiPropertyOptional({ description: 'Mã quận, huyện nơi ở · District of the address', example: '304' })
  @IsOptional()
  @Matches(/^\d{3}$/)
  districtCode?: string;

  @ApiPropertyOptional({
    description:
      'Mã quản lý trên mã QR thẻ BHYT; chỉ cần bốn chữ số đầu, không nên gửi cả mã số BHXH trong đó · Management number from the health-card QR; its first four digits are enough and keep the insurance number within it out of the URL',
    example: '3102',
    pattern: '^\\d{4}(\\d{10})?$',
  })
  @IsOptional()
  @Matches(/^\d{4}(\d{10})?$/)
  managementNumber?: string;
}
