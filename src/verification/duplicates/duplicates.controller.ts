import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { markReplay } from '../../platform/http/answers.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import type { Officer } from '../../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../../staff/staff-only.decorator.ts';
import { inOffice } from '../dossier-access.ts';
import { DecidedDuplicateDto, DuplicateDecisionDto, DuplicatesDto } from './duplicates.dto.ts';
import { Duplicates } from './duplicates.service.ts';

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff/declarations/:id')
export class DuplicatesController {
  constructor(private readonly duplicates: Duplicates) {}

  @Get('duplicates')
  @StaffOnly('dossier.view')
  @ApiOperation({
    summary: 'Hồ sơ có thể trùng, đặt cạnh nhau · Dossiers that are like this one, side by side',
    description: 'Hồ sơ của cơ quan khác được che. Lượt xem được ghi lại · Those of other offices are masked. The view is on record.',
  })
  @ApiOkResponse({ type: DuplicatesDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'declared-data-erased', 'too-many-attempts')
  async view(@Param('id') id: string, @CurrentOfficer() officer: Officer): Promise<DuplicatesDto> {
    return (await this.duplicates.view(inOffice(officer), id)) as DuplicatesDto;
  }

  @Post('duplicate-decisions')
  @StaffOnly('dossier.decide-duplicate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Kết luận trùng hay không · Mark two dossiers as duplicates, or not',
    description:
      'Không làm thay đổi trạng thái hồ sơ nào; kết luận có giá trị cho cả hai · Changes the status of neither; the decision holds for both.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiOkResponse({ type: DecidedDuplicateDto })
  @ApiProblems(
    'unauthenticated',
    'forbidden',
    'not-found',
    'declared-data-erased',
    'invalid-state',
    'validation-failed',
    'idempotency-key-reused',
  )
  async decide(
    @Param('id') id: string,
    @Body() { otherId, decision, reason, replacesEarlier = false }: DuplicateDecisionDto,
    @CurrentOfficer() officer: Officer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DecidedDuplicateDto> {
    const finding = { otherId, decision, reason, replacesEarlier };
    const { body, replayed } = await this.duplicates.decide(inOffice(officer), id, finding, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }
}
