import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { inOffice } from './dossier-access.ts';
import { DossierPageDto, ListQuery, QueueCountsDto, SearchDto } from './queues.dto.ts';
import { QueuesService } from './queues.service.ts';

const DEFAULT_LIMIT = 50;

@ApiTags('Tại quầy · The counter')
@ApiBearerAuth('staff')
@Controller('v1/staff')
export class QueuesController {
  constructor(private readonly queues: QueuesService) {}

  @Get('declarations')
  @StaffOnly('dossier.list')
  @ApiOperation({ summary: 'Hồ sơ của cơ quan · Dossiers of one’s office', description: 'Định danh được che · Identifiers are masked.' })
  @ApiOkResponse({ type: DossierPageDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  list(
    @Query() { sort = 'age', limit = DEFAULT_LIMIT, cursor, ...filters }: ListQuery,
    @CurrentOfficer() officer: Officer,
  ): Promise<DossierPageDto> {
    return this.queues.list(inOffice(officer), { filters, sort, limit, ...(cursor !== undefined && { cursor }) });
  }

  @Post('declarations/search')
  @HttpCode(200)
  @StaffOnly('dossier.search')
  @ApiOperation({
    summary: 'Tìm hồ sơ của cơ quan · Search among one’s office’s dossiers',
    description: 'Việc tìm kiếm được ghi lại, nội dung tìm thì không · That one searched is on record, what for is not.',
  })
  @ApiOkResponse({ type: DossierPageDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden', 'validation-failed')
  search(
    @Body() { q, filters = {}, sort = '-age', limit = DEFAULT_LIMIT, cursor }: SearchDto,
    @CurrentOfficer() officer: Officer,
  ): Promise<DossierPageDto> {
    return this.queues.search(inOffice(officer), q, { filters, sort, limit, ...(cursor !== undefined && { cursor }) });
  }

  @Get('queues')
  @StaffOnly('dossier.list')
  @ApiOperation({ summary: 'Số hồ sơ từng hàng đợi · Counts per queue' })
  @ApiOkResponse({ type: QueueCountsDto })
  @ApiProblems('unauthenticated', 'forbidden')
  async counts(@Query() _query: NoQuery, @CurrentOfficer() officer: Officer): Promise<QueueCountsDto> {
    return { counts: await this.queues.counts(inOffice(officer)) };
  }
}
