import { Body, Controller, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { setVersionTag } from '../platform/http/if-match.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { DecidedDto } from './decisions.dto.ts';
import { inOffice } from './dossier-access.ts';
import { PendingPhoneDto, PhoneChangeDto, PhoneConfirmationDto } from './phone-change.dto.ts';
import { PhoneChanges } from './phone-changes.service.ts';

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/declarations/:id/phone')
export class PhoneChangeController {
  constructor(private readonly changes: PhoneChanges) {}

  @Patch()
  @StaffOnly('dossier.change-phone')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Đổi số điện thoại tại quầy · Propose another phone',
    description:
      'Số cũ được báo bằng SMS; số mới có hiệu lực khi cán bộ thứ hai xác nhận trong 24 giờ · The old phone is told by SMS; the new one counts once a second officer has confirmed it within 24 hours.',
  })
  @ApiAcceptedResponse({ type: PendingPhoneDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'declared-data-erased',
    'invalid-state',
    'dossier-held',
    'validation-failed',
    'too-many-attempts',
  )
  propose(
    @Param('id') id: string,
    @Body() { phone, reason }: PhoneChangeDto,
    @CurrentOfficer() officer: Officer,
  ): Promise<PendingPhoneDto> {
    return this.changes.propose(inOffice(officer), id, phone, reason);
  }

  @Post('confirmation')
  @StaffOnly('dossier.confirm-phone')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Xác nhận số điện thoại mới · Confirm the new phone, as a second person',
    description: 'Người xác nhận hỏi lại người khai và tự nhập số · Asked of the person again, and typed in again.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiOkResponse({ type: DecidedDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'declared-data-erased',
    'invalid-state',
    'second-person-required',
    'validation-failed',
    'idempotency-key-reused',
  )
  async confirm(
    @Param('id') id: string,
    @Body() { phone }: PhoneConfirmationDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecidedDto> {
    const { body, replayed } = await this.changes.confirm(inOffice(officer), id, phone, findIdempotencyKey(request));
    markReplay(response, replayed);
    setVersionTag(response, body.version);
    return body;
  }
}
