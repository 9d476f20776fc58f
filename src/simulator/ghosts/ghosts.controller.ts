import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { GhostDto, GhostsAnswer, GhostWishDto } from './ghosts.dto.ts';
import { Ghosts } from './ghosts.service.ts';

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/ghosts')
export class DeskGhostsController {
  constructor(private readonly ghosts: Ghosts) {}

  @Post()
  @DeskOnly()
  @ApiOperation({
    summary: 'Người thứ hai theo kịch bản · A scripted second actor, to rehearse races',
    description:
      'Hành động qua đúng các quy tắc, giữa lần đọc và lần ghi của bạn; điều bị từ chối được ghi lại · Acts by the real rules, between ' +
      'your read and your write; what is refused is told in `acts`.',
  })
  @ApiCreatedResponse({ type: GhostDto })
  @ApiProblems('simulator-key-required', 'not-found', 'validation-failed', 'too-many-attempts')
  summon(@Body() wish: GhostWishDto): Promise<GhostDto> {
    return this.ghosts.summon(wish);
  }

  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Họ đã làm gì · What they did' })
  @ApiOkResponse({ type: GhostsAnswer })
  @ApiProblems('simulator-key-required')
  list(@Query() _query: NoQuery): GhostsAnswer {
    return { items: this.ghosts.list() };
  }

  @Delete()
  @DeskOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Cho tất cả đi · Dismiss all' })
  @ApiNoContentResponse()
  @ApiProblems('simulator-key-required')
  dismissAll(): void {
    this.ghosts.dismiss();
  }

  @Delete(':id')
  @DeskOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Cho một người đi · Dismiss one' })
  @ApiNoContentResponse()
  @ApiProblems('simulator-key-required', 'not-found')
  dismiss(@Param('id') id: string): void {
    this.ghosts.dismiss(id);
  }
}
