import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';
import { InDigits } from '../platform/http/number-in-query.decorator.ts';

const MOST_ON_A_PAGE = 200;
const MOST_OF_A_CURSOR = 200;

/** How an administrator's lists are paged: so many, after where the page before ended. */
export class PageQuery {
  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: MOST_ON_A_PAGE, default: 50 })
  @MayBeAbsent()
  @InDigits()
  @IsInt()
  @Min(1)
  @Max(MOST_ON_A_PAGE)
  limit?: number;

  @ApiPropertyOptional({ description: 'nextCursor của trang trước · nextCursor of the page before' })
  @MayBeAbsent()
  @MaxLength(MOST_OF_A_CURSOR)
  @IsString()
  cursor?: string;
}
