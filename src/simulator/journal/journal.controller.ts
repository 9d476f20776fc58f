import { Controller, Get, Query } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { CoverageAnswer, CoverageQuery } from './coverage.dto.ts';
import { CoverageService } from './coverage.service.ts';
import { JournalPage, JournalQuery } from './journal.dto.ts';
import { JournalService } from './journal.service.ts';

const SHOWN = 100;

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim')
export class DeskJournalController {
  constructor(
    private readonly journal: JournalService,
    private readonly coverage: CoverageService,
  ) {}

  @Get('journal')
  @DeskOnly()
  @ApiOperation({
    summary: 'Nhật ký yêu cầu · Requests of the workspace, newest first, counted, and explained where refused',
    description: 'Của bản chạy này, 2.000 yêu cầu gần nhất · Of this copy of the service, the newest 2,000.',
  })
  @ApiOkResponse({ type: JournalPage })
  @ApiProblems('simulator-key-required', 'malformed-request', 'count-differs')
  async read(@Query() { limit = SHOWN, ...filter }: JournalQuery): Promise<JournalPage> {
    const { items, ...all } = await this.journal.read({ ...filter, limit });
    return { ...all, items: items.map(({ cameAt: _cameAt, at, ...entry }) => ({ at: at.toISOString(), ...entry })) } as JournalPage;
  }

  @Get('coverage')
  @DeskOnly()
  @ApiOperation({ summary: 'Độ bao phủ · What a suite never touched', description: 'Ngưỡng cho CI · With a threshold for CI.' })
  @ApiOkResponse({ type: CoverageAnswer })
  @ApiProblems('simulator-key-required', 'malformed-request', 'coverage-below-threshold')
  cover(@Query() { threshold = 0, fail }: CoverageQuery): Promise<CoverageAnswer> {
    return this.coverage.read(threshold, fail === 'true');
  }
}
