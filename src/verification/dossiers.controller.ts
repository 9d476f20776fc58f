import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { RevisionQuery } from '../declarations/declarations.dto.ts';
import { getSlot } from '../declarations/drafts.service.ts';
import { photoHeaders } from '../photos/photo-response.ts';
import { PHOTO_SLOTS } from '../photos/photo-slot.ts';
import { sendPdf } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { setVersionTag } from '../platform/http/if-match.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { inOffice } from './dossier-access.ts';
import { DossiersService } from './dossiers.service.ts';
import { DossierDto, HistoryDto, PhotoQuery } from './dossiers.dto.ts';

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff')
export class DossiersController {
  constructor(private readonly dossiers: DossiersService) {}

  @Get('declarations/:id')
  @StaffOnly('dossier.view')
  @ApiOperation({
    summary: 'Chi tiết hồ sơ · A dossier in full, beside the registry',
    description: 'Lượt xem được ghi lại · The view is on record.',
  })
  @ApiOkResponse({ type: DossierDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found', 'declared-data-erased', 'too-many-attempts')
  async view(
    @Param('id') id: string,
    @CurrentOfficer() officer: Officer,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DossierDto> {
    const dossier = await this.dossiers.view(inOffice(officer), id);
    setVersionTag(response, dossier.version);
    return dossier as unknown as DossierDto;
  }

  @Get('declarations/:id/photos/:slot')
  @StaffOnly('dossier.photo')
  @ApiProduces('image/jpeg')
  @ApiOperation({ summary: 'Ảnh của hồ sơ · A photo of the dossier', description: 'Lượt xem được ghi lại · The view is on record.' })
  @ApiParam({ name: 'slot', enum: PHOTO_SLOTS })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden', 'not-found', 'declared-data-erased', 'too-many-attempts')
  async photo(
    @Param('id') id: string,
    @Param('slot') slot: string,
    @Query() { size = 'full', revision }: PhotoQuery,
    @CurrentOfficer() officer: Officer,
    @Res() response: Response,
  ): Promise<void> {
    const { photoId, jpeg } = await this.dossiers.photo(inOffice(officer), id, getSlot(slot), {
      size,
      ...(revision !== undefined && { revision }),
    });
    response.set(photoHeaders(photoId)).end(jpeg);
  }

  @Get('declarations/:id/history')
  @StaffOnly('dossier.view')
  @ApiOperation({ summary: 'Lịch sử hồ sơ · Every change and every view' })
  @ApiOkResponse({ type: HistoryDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found')
  async history(@Param('id') id: string, @CurrentOfficer() officer: Officer): Promise<HistoryDto> {
    return { items: await this.dossiers.history(inOffice(officer), id) };
  }

  @Get('declarations/:id/form.pdf')
  @StaffOnly('dossier.view')
  @ApiProduces('application/pdf')
  @ApiOperation({ summary: 'Tờ khai dạng PDF · The declaration as PDF, of any revision' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden', 'not-found', 'declared-data-erased', 'too-many-attempts')
  async form(
    @Param('id') id: string,
    @Query() { revision }: RevisionQuery,
    @CurrentOfficer() officer: Officer,
    @Res() response: Response,
  ): Promise<void> {
    sendPdf(response, `to-khai-${id}.pdf`, await this.dossiers.form(inOffice(officer), id, revision));
  }
}
