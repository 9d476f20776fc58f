import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ReceiptDto } from '../../declarations/declarations.dto.ts';
import { receiveDeclaration } from '../../declarations/receive-declaration.ts';
import { MultipartReader } from '../../photos/multipart.ts';
import { markPlace, markReplay } from '../../platform/http/answers.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../platform/idempotency/idempotency-header.ts';
import { findOrMakeIdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../../staff/staff-only.decorator.ts';
import { inOffice } from '../dossier-access.ts';
import { WalkInDto } from './walk-in.dto.ts';
import { WalkIns } from './walk-in.service.ts';

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/declarations')
export class WalkInController {
  constructor(
    private readonly walkIns: WalkIns,
    private readonly multipart: MultipartReader,
  ) {}

  @Post()
  @StaffOnly('dossier.walk-in')
  @ApiOperation({
    summary: 'Nhập tờ khai cho người đến quầy · Type in a declaration for the person at the counter',
    description:
      'Ảnh chụp tại quầy; tờ khai giấy đã ký thay cho các ô đánh dấu. Trao mã tra cứu cho người khai. Người nhập không tự duyệt. · ' +
      'Photos are taken there; the signed paper stands for the ticks. Hand the tracking code over on paper. Whoever typed it does not approve it.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: WalkInDto })
  @ApiCreatedResponse({ type: ReceiptDto })
  @ApiProblems(
    'malformed-request',
    'idempotency-key-invalid',
    'unauthenticated',
    'forbidden',
    'declaration-already-open',
    'already-registered',
    'request-in-progress',
    'payload-too-large',
    'unsupported-media-type',
    'validation-failed',
    'photo-rejected',
    'idempotency-key-reused',
    'too-many-attempts',
    'service-unavailable',
  )
  async file(
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReceiptDto> {
    const key = findOrMakeIdempotencyKey(request);
    const { receipt, replayed } = await receiveDeclaration(this.multipart, request, response, (arrived) =>
      this.walkIns.file(inOffice(officer), arrived, key),
    );
    markReplay(response, replayed);
    markPlace(request, response, `/v1/staff/declarations/${receipt.id}`);
    return receipt;
  }
}
