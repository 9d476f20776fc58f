import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { PreparedAnswers, sendPrepared, type PreparedJson } from '../platform/http/prepared-json.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Office } from './office.entity.ts';
import type { OfficeIndex } from './office-index.ts';
import { OfficePageView, OfficeView, officeView } from './office.view.ts';
import { OfficeSuggestionsQuery, OfficesQuery } from './offices.query.ts';
import { OfficesService } from './offices.service.ts';

/** Kept by clients but asked for again each time: an administrator may close an office at any moment. */
const REVALIDATED = 'public, no-cache';
const UNCHANGED = { description: 'Không thay đổi so với ETag trong If-None-Match · Unchanged since the ETag of If-None-Match' };

/** So many digits of a management number name the office; the insurance number is among the others, and is not remembered. */
const MANAGING_DIGITS = 4;

@ApiTags('Danh mục · Reference data')
@Controller('v1/offices')
export class OfficesController {
  private readonly answers = new PreparedAnswers<OfficeIndex>();

  constructor(private readonly offices: OfficesService) {}

  @Get()
  @Public()
  @ApiOperation({
    summary: 'Danh sách cơ quan BHXH · Social insurance offices',
    description:
      'Danh sách mô phỏng, kèm độ tin cậy của từng mã. Tìm theo mã hoặc tên, không cần dấu; khớp nhất đứng trước · The simulated office list, with how sure each code is. Search by code or name without diacritics; the best match comes first',
  })
  @ApiOkResponse({ type: OfficePageView })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request')
  list(@Query() query: OfficesQuery, @Res() response: Response): void {
    const answer = this.answerTo(['list', query], (list): OfficePageView => {
      const { items, nextCursor } = list.search(query);
      return { items: items.map(officeView), nextCursor };
    });
    sendPrepared(response, answer, REVALIDATED);
  }

  @Get('suggestions')
  @Public()
  @ApiOperation({
    summary: 'Gợi ý cơ quan tiếp nhận · Suggested offices',
    description:
      'Theo nơi ở hoặc theo mã quản lý trên thẻ BHYT; phù hợp nhất đứng trước, chỉ gồm cơ quan còn tiếp nhận. Vẫn được chọn cơ quan khác · By district or by the management number of the health card; best first, open offices only. Any other office may be chosen',
  })
  @ApiOkResponse({ type: OfficePageView, description: 'Một trang duy nhất · Always a single page' })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request')
  suggestions(@Query() { districtCode, managementNumber }: OfficeSuggestionsQuery, @Res() response: Response): void {
    const answer = this.answerTo(['suggestions', districtCode, managementNumber?.slice(0, MANAGING_DIGITS)], (list): OfficePageView => ({
      items: suggested(list, districtCode, managementNumber).map(officeView),
      nextCursor: null,
    }));
    sendPrepared(response, answer, REVALIDATED);
  }

  @Get(':code')
  @Public()
  @ApiOperation({ summary: 'Một cơ quan BHXH · One office' })
  @ApiParam({ name: 'code', description: 'Mã cơ quan BHXH · Office code', example: '03102' })
  @ApiOkResponse({ type: OfficeView })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request', 'not-found')
  one(@Param('code') code: string, @Query() _query: NoQuery, @Res() response: Response): void {
    const office = this.offices.getOffice(code);
    sendPrepared(
      response,
      this.answerTo(['office', code], () => officeView(office)),
      REVALIDATED,
    );
  }

  private answerTo(question: unknown[], make: (list: OfficeIndex) => unknown): PreparedJson {
    const { list } = this.offices;
    return this.answers.get(list, JSON.stringify(question), () => make(list));
  }
}

function suggested(list: OfficeIndex, districtCode: string | undefined, managementNumber: string | undefined): Office[] {
  if (districtCode !== undefined && managementNumber === undefined) return list.suggestForDistrict(districtCode);
  if (managementNumber !== undefined && districtCode === undefined) return list.suggestForManagementNumber(managementNumber);
  throw new Refusal('malformed-request');
}
