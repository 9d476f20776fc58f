import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { CredentialsReissue } from './credentials-reissue.service.ts';
import { inOffice } from './dossier-access.ts';
import { ReissueDto, ReissuedDto } from './decisions.dto.ts';

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/declarations/:id/credentials')
export class CredentialsController {
  constructor(private readonly reissue: CredentialsReissue) {}

  @Post()
  @StaffOnly('dossier.reissue-credentials')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cấp lại mật khẩu · Issue the password anew',
    description:
      'Mật khẩu mới đi bằng SMS; mật khẩu cũ và mọi phiên đăng nhập hết hiệu lực. Tối đa 3 lần trong 24 giờ · The new password goes by SMS; the old one and every session are dead. At most 3 in 24 hours.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiOkResponse({ type: ReissuedDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'invalid-state',
    'validation-failed',
    'idempotency-key-reused',
    'too-many-attempts',
  )
  async issueAnew(
    @Param('id') id: string,
    @Body() { reason }: ReissueDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReissuedDto> {
    const { body, replayed } = await this.reissue.reissue(inOffice(officer), id, reason, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }
}
