import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { sendStream } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { inOffice } from '../verification/dossier-access.ts';
import { DossierExport } from './dossier-export.service.ts';
import { ExportQuery, PeriodQuery, StatisticsDto } from './statistics.dto.ts';
import { StatisticsService, type Statistics } from './statistics.service.ts';

@ApiTags('Thống kê · Statistics')
@ApiBearerAuth('staff')
@Controller('v1/staff')
export class StatisticsController {
  constructor(
    private readonly statistics: StatisticsService,
    private readonly dossierExport: DossierExport,
  ) {}

  @Get('statistics')
  @StaffOnly('statistics.view')
  @ApiOperation({
    summary: 'Thống kê của cơ quan · What the office received and did',
    description: 'Đếm từ nhật ký kiểm tra · Counted from the audit trail.',
  })
  @ApiOkResponse({ type: StatisticsDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  view(@Query() period: PeriodQuery, @CurrentOfficer() officer: Officer): Promise<Statistics> {
    return this.statistics.of(inOffice(officer), period);
  }

  @Get('exports/declarations.csv')
  @StaffOnly('dossier.export')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'Xuất hồ sơ ra CSV · The office’s dossiers as CSV',
    description:
      'UTF-8 có BOM, an toàn với công thức bảng tính; được ghi vào nhật ký. · UTF-8 with a BOM, no cell is a formula; the export is on record.',
  })
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden', 'too-many-attempts')
  async export(@Query() { personal, ...wish }: ExportQuery, @CurrentOfficer() officer: Officer, @Res() response: Response): Promise<void> {
    const { name, csv } = await this.dossierExport.begin(inOffice(officer), { ...wish, personal: personal === 'true' });
    response.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': `attachment; filename="${name}"` });
    await sendStream(response, csv);
  }
}
