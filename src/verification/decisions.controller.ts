import { Body, Controller, Delete, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { findIfMatch, setVersionTag } from '../platform/http/if-match.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { DecisionsService, type Decided, type DecisionContext } from './decisions.service.ts';
import { inOffice } from './dossier-access.ts';
import { LeasesService } from './leases.service.ts';
import { ApprovalDto, ApprovedDto, DecidedDto, LeaseDto, RejectionRequestDto, ReturnDto, TransferDto } from './decisions.dto.ts';

const LEASE_TOKEN = { name: 'Lease-Token', required: true, description: 'Từ lượt nhận xử lý · From the lease.' };
const IF_MATCH = {
  name: 'If-Match',
  required: true,
  description: 'ETag của lần đọc gần nhất · The ETag of your last read.',
  example: '"1"',
};
const KEY = { ...IDEMPOTENCY_KEY_HEADER, required: false };

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/declarations/:id')
export class DecisionsController {
  constructor(
    private readonly leases: LeasesService,
    private readonly decisions: DecisionsService,
  ) {}

  @Post('lease')
  @StaffOnly('dossier.lease')
  @ApiOperation({
    summary: 'Nhận xử lý · Take the lease',
    description: '15 phút kể từ lần gia hạn cuối · 15 minutes from the last renewal.',
  })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: LeaseDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'invalid-state', 'dossier-held', 'idempotency-key-reused')
  async take(
    @Param('id') id: string,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LeaseDto> {
    const { body, replayed } = await this.leases.take(inOffice(officer), id, findIdempotencyKey(request));
    markReplay(response, replayed);
    const { version, ...lease } = body;
    setVersionTag(response, version);
    return lease;
  }

  @Put('lease')
  @StaffOnly('dossier.lease')
  @ApiOperation({ summary: 'Gia hạn · Renew the lease' })
  @ApiHeader(LEASE_TOKEN)
  @ApiOkResponse({ type: LeaseDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'invalid-state', 'lease-required', 'lease-lost', 'dossier-held')
  renew(@Param('id') id: string, @CurrentOfficer() officer: Officer, @Req() request: Request): Promise<LeaseDto> {
    return this.leases.renew(inOffice(officer), id, leaseToken(request));
  }

  @Delete('lease')
  @StaffOnly('dossier.lease')
  @HttpCode(204)
  @ApiOperation({ summary: 'Trả hồ sơ về hàng đợi · Release the lease' })
  @ApiHeader(LEASE_TOKEN)
  @ApiNoContentResponse()
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'invalid-state', 'lease-required', 'lease-lost', 'dossier-held')
  release(@Param('id') id: string, @CurrentOfficer() officer: Officer, @Req() request: Request): Promise<void> {
    return this.leases.release(inOffice(officer), id, leaseToken(request));
  }

  @Post('approval')
  @StaffOnly('dossier.approve')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Duyệt · Approve',
    description: 'Tài khoản và mật khẩu đi bằng SMS, không bao giờ có trong câu trả lời · Credentials go by SMS, never in the answer.',
  })
  @ApiHeader(LEASE_TOKEN)
  @ApiHeader(IF_MATCH)
  @ApiHeader(KEY)
  @ApiOkResponse({ type: ApprovedDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'invalid-state',
    'lease-required',
    'lease-lost',
    'dossier-held',
    'already-registered',
    'four-eyes-required',
    'precondition-failed',
    'precondition-required',
    'validation-failed',
    'checklist-incomplete',
    'data-differs-from-registry',
    'idempotency-key-reused',
  )
  async approve(
    @Param('id') id: string,
    @Body() approval: ApprovalDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ApprovedDto> {
    return answer(response, await this.decisions.approve(contextOf(officer, id, request), approval));
  }

  @Post('return')
  @StaffOnly('dossier.return')
  @HttpCode(200)
  @ApiOperation({ summary: 'Trả lại, yêu cầu bổ sung · Return for correction' })
  @ApiHeader(LEASE_TOKEN)
  @ApiHeader(IF_MATCH)
  @ApiHeader(KEY)
  @ApiOkResponse({ type: DecidedDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'invalid-state',
    'lease-required',
    'lease-lost',
    'dossier-held',
    'precondition-failed',
    'precondition-required',
    'validation-failed',
  )
  async return(
    @Param('id') id: string,
    @Body() { items, internalNote }: ReturnDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecidedDto> {
    return answer(response, await this.decisions.return(contextOf(officer, id, request), items, internalNote));
  }

  @Post('rejection')
  @StaffOnly('dossier.reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Từ chối · Reject' })
  @ApiHeader(LEASE_TOKEN)
  @ApiHeader(IF_MATCH)
  @ApiHeader(KEY)
  @ApiOkResponse({ type: DecidedDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'invalid-state',
    'lease-required',
    'lease-lost',
    'dossier-held',
    'precondition-failed',
    'precondition-required',
    'validation-failed',
  )
  async reject(
    @Param('id') id: string,
    @Body() { reasonCode, text, internalNote }: RejectionRequestDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecidedDto> {
    return answer(
      response,
      await this.decisions.reject(contextOf(officer, id, request), { reasonCode, ...(text !== undefined && { text }) }, internalNote),
    );
  }

  @Post('transfer')
  @StaffOnly('dossier.transfer')
  @HttpCode(200)
  @ApiOperation({ summary: 'Chuyển cơ quan khác; số hồ sơ giữ nguyên · Transfer to another office; the number stays' })
  @ApiHeader({ ...LEASE_TOKEN, required: false })
  @ApiHeader(IF_MATCH)
  @ApiHeader(KEY)
  @ApiOkResponse({ type: DecidedDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'invalid-state',
    'lease-required',
    'lease-lost',
    'dossier-held',
    'precondition-failed',
    'precondition-required',
    'validation-failed',
  )
  async transfer(
    @Param('id') id: string,
    @Body() { officeCode, reason }: TransferDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecidedDto> {
    return answer(response, await this.decisions.transfer(contextOf(officer, id, request), officeCode, reason));
  }
}

function leaseToken(request: Request): string | undefined {
  const header = request.headers['lease-token'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

function contextOf(officer: Officer, declarationId: string, request: Request): DecisionContext {
  return {
    officer: inOffice(officer),
    declarationId,
    leaseToken: leaseToken(request),
    ifMatch: findIfMatch(request),
    key: findIdempotencyKey(request),
  };
}

function answer<T extends Decided>(response: Response, { body, replayed }: { body: T; replayed: boolean }): T {
  markReplay(response, replayed);
  setVersionTag(response, body.version);
  return body;
}
