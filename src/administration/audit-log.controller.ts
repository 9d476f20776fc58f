import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { AuditPageDto, AuditQuery } from './audit-log.dto.ts';
import { AuditLog } from './audit-log.service.ts';

const DEFAULT_LIMIT = 50;

@ApiTags('Quản trị · Administration')
@ApiBearerAuth('staff')
@Controller('v1/admin/audit')
export class AuditLogController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @StaffOnly('audit.view')
  @ApiOperation({
    summary: 'Nhật ký kiểm tra · The audit trail',
    description:
      'Mới nhất trước; không có dữ liệu của công dân. Việc đọc cũng được ghi lại · Newest first; no citizen’s data stands in it. Reading it is on record too.',
  })
  @ApiOkResponse({ type: AuditPageDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  page(@Query() { limit = DEFAULT_LIMIT, cursor, ...wish }: AuditQuery, @CurrentOfficer() admin: Officer): Promise<AuditPageDto> {
    return this.log.page(admin, wish, limit, cursor);
  }
}
