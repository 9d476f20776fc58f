import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { inOffice } from './dossier-access.ts';
import { NoticesQuery, OverdueNoticePageDto } from './overdue-notices.dto.ts';
import { OverdueNotices } from './overdue-notices.service.ts';

const DEFAULT_LIMIT = 50;

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/notices')
export class OverdueNoticesController {
  constructor(private readonly notices: OverdueNotices) {}

  @Get()
  @StaffOnly('notice.view')
  @ApiOperation({
    summary: 'Thông báo quá hạn cho lãnh đạo · Notices to the supervisor: deadlines that have passed',
    description:
      'Mỗi hạn giải quyết đã qua được báo đúng một lần, mới nhất trước · One for each deadline that has passed, newest first; what is late still is in the queue `overdue`.',
  })
  @ApiOkResponse({ type: OverdueNoticePageDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  page(@Query() { limit = DEFAULT_LIMIT, cursor }: NoticesQuery, @CurrentOfficer() officer: Officer): Promise<OverdueNoticePageDto> {
    return this.notices.page(inOffice(officer), limit, cursor);
  }
}
