import { Body, Controller, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { markPlace, markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { getIfMatch, setVersionTag } from '../platform/http/if-match.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { said } from './said.ts';
import { StaffAdmin, type StaffRecord } from './staff-admin.service.ts';
import {
  CreatedStaffDto,
  NewStaffDto,
  OneTimePasswordDto,
  StaffListQuery,
  StaffMemberDto,
  StaffPageDto,
  StaffPatchDto,
} from './staff-admin.dto.ts';

const KEY = { ...IDEMPOTENCY_KEY_HEADER, required: false };
const IF_MATCH = {
  name: 'If-Match',
  required: true,
  description: 'ETag của lần đọc gần nhất · The ETag of your last read.',
  example: '"1"',
};
const DEFAULT_LIMIT = 50;

@ApiTags('Quản trị · Administration')
@ApiBearerAuth('staff')
@Controller('v1/admin/staff')
export class StaffAdminController {
  constructor(private readonly staff: StaffAdmin) {}

  @Get()
  @StaffOnly('staff.administer')
  @ApiOperation({ summary: 'Danh sách cán bộ · Officers', description: 'Theo tên đăng nhập · By username.' })
  @ApiOkResponse({ type: StaffPageDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  list(@Query() { active, limit = DEFAULT_LIMIT, ...wish }: StaffListQuery): Promise<StaffPageDto> {
    return this.staff.list({ ...wish, limit, ...(active !== undefined && { active: active === 'true' }) });
  }

  @Post()
  @StaffOnly('staff.administer')
  @ApiOperation({
    summary: 'Tạo cán bộ · A new officer',
    description: 'Mật khẩu đầu tiên chỉ hiện trong câu trả lời này · The first password stands in this answer and nowhere else.',
  })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: CreatedStaffDto })
  @ApiProblems('unauthenticated', 'forbidden', 'validation-failed', 'idempotency-key-reused', 'request-in-progress')
  async create(
    @Body() { officeCode = null, mayApprove = false, ...newcomer }: NewStaffDto,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CreatedStaffDto> {
    const { body, replayed } = await this.staff.create(admin, { ...newcomer, officeCode, mayApprove }, findIdempotencyKey(request));
    markReplay(response, replayed);
    markPlace(request, response, `/v1/admin/staff/${body.id}`);
    setVersionTag(response, body.version);
    return body;
  }

  @Get(':staffId')
  @StaffOnly('staff.administer')
  @ApiOperation({ summary: 'Một cán bộ · One officer' })
  @ApiOkResponse({ type: StaffMemberDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found')
  async one(
    @Param('staffId') id: string,
    @Query() _query: NoQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StaffMemberDto> {
    return tagged(response, await this.staff.get(id));
  }

  @Patch(':staffId')
  @StaffOnly('staff.administer')
  @ApiOperation({
    summary: 'Đổi vai trò, chuyển cơ quan, ngừng hoạt động · Role, move, deactivate',
    description:
      'Hiệu lực ở yêu cầu kế tiếp của cán bộ đó; rời cơ quan thì mất các lượt xử lý · In force with the officer’s next request; whoever leaves an office loses its leases.',
  })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: StaffMemberDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'not-on-oneself',
    'last-admin',
    'precondition-failed',
    'precondition-required',
    'validation-failed',
  )
  async change(
    @Param('staffId') id: string,
    @Body() patch: StaffPatchDto,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StaffMemberDto> {
    return tagged(response, await this.staff.change(admin, id, said(patch), getIfMatch(request)));
  }

  @Post(':staffId/password')
  @StaffOnly('staff.administer')
  @ApiOperation({ summary: 'Cấp mật khẩu mới; các phiên chấm dứt · A new one-time password; sessions end' })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: OneTimePasswordDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'not-on-oneself', 'idempotency-key-reused', 'request-in-progress')
  async issuePassword(
    @Param('staffId') id: string,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OneTimePasswordDto> {
    const { body, replayed } = await this.staff.issuePassword(admin, id, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }
}

function tagged(response: Response, member: StaffRecord): StaffRecord {
  setVersionTag(response, member.version);
  return member;
}
