import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { OfficesQuery } from '../offices/offices.query.ts';
import { markPlace, markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { getIfMatch, setVersionTag } from '../platform/http/if-match.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import {
  AdminOfficeDto,
  AdminOfficePageDto,
  MergedDto,
  MergerDto,
  NewOfficeDto,
  OfficePatchDto,
  ReroutedDto,
  ReroutingDto,
} from './office-admin.dto.ts';
import { OfficesAdmin } from './offices-admin.service.ts';
import { said } from './said.ts';
import type { StoredOffice } from './offices.store.ts';

const KEY = { ...IDEMPOTENCY_KEY_HEADER, required: false };
const IF_MATCH = {
  name: 'If-Match',
  required: true,
  description: 'ETag của lần đọc gần nhất · The ETag of your last read.',
  example: '"1"',
};

@ApiTags('Quản trị · Administration')
@ApiBearerAuth('staff')
@Controller('v1/admin/offices')
export class OfficesAdminController {
  constructor(private readonly offices: OfficesAdmin) {}

  @Get()
  @StaffOnly('office.administer')
  @ApiOperation({ summary: 'Danh sách cơ quan · Offices', description: 'Tìm như GET /v1/offices · Searched as GET /v1/offices.' })
  @ApiOkResponse({ type: AdminOfficePageDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  list(@Query() query: OfficesQuery): Promise<AdminOfficePageDto> {
    return this.offices.list(query);
  }

  @Post()
  @StaffOnly('office.administer')
  @ApiOperation({ summary: 'Thêm cơ quan · A new office' })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: AdminOfficeDto })
  @ApiProblems('unauthenticated', 'forbidden', 'validation-failed', 'idempotency-key-reused', 'request-in-progress')
  async create(
    @Body() given: NewOfficeDto,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminOfficeDto> {
    const { body, replayed } = await this.offices.create(admin, { ...given, ...UNSAID, ...said(given) }, findIdempotencyKey(request));
    markReplay(response, replayed);
    markPlace(request, response, `/v1/admin/offices/${body.code}`);
    return tagged(response, body);
  }

  @Get(':code')
  @StaffOnly('office.administer')
  @ApiOperation({ summary: 'Một cơ quan · One office' })
  @ApiOkResponse({ type: AdminOfficeDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found')
  async one(
    @Param('code') code: string,
    @Query() _query: NoQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminOfficeDto> {
    return tagged(response, await this.offices.get(code));
  }

  @Patch(':code')
  @StaffOnly('office.administer')
  @ApiOperation({
    summary: 'Sửa cơ quan · Change an office',
    description: 'Thấy ngay ở GET /v1/offices · Visible at GET /v1/offices at once.',
  })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: AdminOfficeDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'precondition-failed', 'precondition-required', 'validation-failed')
  async change(
    @Param('code') code: string,
    @Body() patch: OfficePatchDto,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminOfficeDto> {
    return tagged(response, await this.offices.change(admin, code, said(patch), getIfMatch(request)));
  }

  @Post(':code/merger')
  @StaffOnly('office.administer')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sáp nhập vào cơ quan kế thừa · Merge into a successor',
    description:
      'Đóng cơ quan và chuyển mọi hồ sơ chưa giải quyết trong một lần gọi; số hồ sơ giữ nguyên, công dân được báo · Closes the office and re-routes its open dossiers in one call; numbers stay, citizens are told. Called again, it goes on with what is left.',
  })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: MergedDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'validation-failed', 'idempotency-key-reused', 'request-in-progress')
  async merge(
    @Param('code') code: string,
    @Body() merger: MergerDto,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MergedDto> {
    const { body, replayed } = await this.offices.merge(admin, code, merger, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }

  @Post(':code/rerouting')
  @StaffOnly('office.administer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Chuyển mọi hồ sơ chưa giải quyết · Re-route all open dossiers' })
  @ApiHeader(KEY)
  @ApiOkResponse({ type: ReroutedDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'validation-failed', 'idempotency-key-reused', 'request-in-progress')
  async reroute(
    @Param('code') code: string,
    @Body() wish: ReroutingDto,
    @CurrentOfficer() admin: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReroutedDto> {
    const { body, replayed } = await this.offices.reroute(admin, code, wish, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }
}

/** What a new office is where nothing is said. */
const UNSAID = {
  districtCode: null,
  address: null,
  phone: null,
  codeStatus: 'guess',
  closed: false,
  validFrom: null,
  validTo: null,
  successorCode: null,
  note: null,
} as const;

function tagged(response: Response, office: StoredOffice): StoredOffice {
  setVersionTag(response, office.version);
  return office;
}
