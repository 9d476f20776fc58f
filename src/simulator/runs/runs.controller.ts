import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { sendStream } from '../../platform/http/answers.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { RunDto, RunsAnswer, RunWishDto } from './runs.dto.ts';
import { Runs } from './runs.service.ts';

/** Stories that were told once and can be told again. These doors are in no story themselves. */
@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/runs')
export class RunsController {
  constructor(private readonly runs: Runs) {}

  @Post()
  @DeskOnly()
  @ApiOperation({
    summary: 'Bắt đầu ghi · Start recording',
    description:
      'Ghi mọi lời gọi, thời gian và lỗi giả lập của không gian này, từ đầu · Every call to this workspace, moves of its clock and faults ' +
      'included, from its beginning. `npm run replay FILE` plays it elsewhere.',
  })
  @ApiCreatedResponse({ type: RunDto })
  @ApiProblems('simulator-key-required', 'run-under-way', 'run-needs-a-beginning', 'validation-failed')
  start(@Body() wish: RunWishDto): Promise<RunDto> {
    return this.runs.start(wish);
  }

  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Các lần đã ghi · The runs of this workspace, newest first' })
  @ApiOkResponse({ type: RunsAnswer })
  @ApiProblems('simulator-key-required')
  async list(@Query() _query: NoQuery): Promise<RunsAnswer> {
    return { items: await this.runs.list() };
  }

  @Post(':id/end')
  @DeskOnly()
  @HttpCode(200)
  @ApiOperation({ summary: 'Kết thúc ghi · End it, when the calls under way are over' })
  @ApiOkResponse({ type: RunDto })
  @ApiProblems('simulator-key-required', 'not-found')
  end(@Param('id') id: string): Promise<RunDto> {
    return this.runs.end(id);
  }

  @Get(':id')
  @DeskOnly()
  @ApiProduces('application/x-ndjson')
  @ApiOperation({
    summary: 'Tệp của lần ghi · The file',
    description:
      'Mỗi dòng một JSON; có mã truy cập và mật khẩu giả lập · One JSON a line; tokens and passwords of the invented world stand in it.',
  })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems('simulator-key-required', 'not-found')
  async file(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const lines = await this.runs.open(id);
    response.set({ 'Content-Type': 'application/x-ndjson', 'Content-Disposition': `attachment; filename="${id}.ndjson"` });
    await sendStream(response, lines);
  }

  @Delete(':id')
  @DeskOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Bỏ một lần ghi · Remove a run' })
  @ApiNoContentResponse()
  @ApiProblems('simulator-key-required', 'not-found')
  remove(@Param('id') id: string): Promise<void> {
    return this.runs.remove(id);
  }
}
