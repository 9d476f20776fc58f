import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { JourneysAnswer, JourneyWishDto, PlayedDto } from './journeys.dto.ts';
import { Journeys } from './journeys.service.ts';
import { JOURNEYS } from './journeys.ts';

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/journeys')
export class DeskJourneysController {
  constructor(private readonly journeys: Journeys) {}

  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Các hành trình · Ways to a dossier in every status' })
  @ApiOkResponse({ type: JourneysAnswer })
  @ApiProblems('simulator-key-required')
  list(@Query() _query: NoQuery): JourneysAnswer {
    return { items: JOURNEYS.map(({ name, shows, steps, ends, movesClock = false }) => ({ name, shows, steps, ends, movesClock })) };
  }

  @Post(':name')
  @DeskOnly()
  @ApiOperation({
    summary: 'Một hồ sơ ở trạng thái ấy, bằng những bước hợp lệ · A dossier in that status, reached by legal steps',
    description:
      'Trả về mọi mã, mật khẩu và tin nhắn để đi tiếp · Answers with every token, password and message that is needed to go on. ' +
      'What the rules refuse on the way is refused as everybody is refused.',
  })
  @ApiParam({ name: 'name', enum: JOURNEYS.map(({ name }) => name) })
  @ApiCreatedResponse({ type: PlayedDto })
  @ApiProblems(
    'simulator-key-required',
    'not-found',
    'validation-failed',
    'declaration-already-open',
    'already-registered',
    'data-differs-from-registry',
    'too-many-attempts',
    'service-unavailable',
  )
  play(@Param('name') name: string, @Body() wish: JourneyWishDto, @Req() request: Request): Promise<PlayedDto> {
    return this.journeys.play(name, wish, request.ip ?? '') as Promise<PlayedDto>;
  }
}
