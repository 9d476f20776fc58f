import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { inOffice } from './dossier-access.ts';
import { OpenedVisitDto, VisitDto } from './visits.dto.ts';
import { VisitsService } from './visits.service.ts';

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/visits')
export class VisitsController {
  constructor(private readonly visits: VisitsService) {}

  @Post()
  @StaffOnly('dossier.visit')
  @ApiOperation({
    summary: 'Người dân đến cơ quan gần nhất · Open the dossier of a person who came to this office',
    description:
      'Mọi cơ quan đều mở được, bằng đúng số hồ sơ và số giấy tờ bản chính; trong 15 phút, sau đó khi đang giữ hồ sơ · Any office, by exact number and original paper; for 15 minutes, then while leased.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiCreatedResponse({ type: OpenedVisitDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'validation-failed', 'idempotency-key-reused', 'too-many-attempts')
  async open(
    @Body() papers: VisitDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OpenedVisitDto> {
    const { body, replayed } = await this.visits.open(inOffice(officer), papers, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }
}
