import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { DeskOnly } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { validationFailed } from '../platform/refusal.ts';
import { DeskClock } from './desk-clock.service.ts';
import { DeskCounters } from './desk-counters.service.ts';
import { DeskReset } from './desk-reset.service.ts';
import {
  AdvanceAnswer,
  AdvanceWish,
  AwaitFilter,
  ClockAnswer,
  ClockWish,
  ContinuityAnswer,
  ContinuityFilter,
  CounterDto,
  InboxItemDto,
  InboxPage,
  MessageFilter,
  TokenAnswer,
  TokenWish,
} from './desk.dto.ts';
import { InboxService } from './providers/inbox.service.ts';
import { SimulatedStaff } from './simulated-staff.ts';

const DEFAULT_TIMEOUT_SECONDS = 5;
const DEFAULT_NUMBERS = 1_000;

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim')
export class DeskController {
  constructor(
    private readonly people: SimulatedStaff,
    private readonly inbox: InboxService,
    private readonly clock: DeskClock,
    private readonly counters: DeskCounters,
    private readonly resets: DeskReset,
  ) {}

  @Post('tokens')
  @DeskOnly()
  @ApiOperation({
    summary: 'Mã truy cập của bất kỳ ai · Anybody’s token in one call',
    description: 'Mỗi lần gọi với role là một cán bộ mới · Each call with a role is a new officer.',
  })
  @ApiCreatedResponse({ type: TokenAnswer })
  @ApiProblems('simulator-key-required', 'not-found', 'validation-failed')
  token(@Body() { role, officeCode, insuranceNumber }: TokenWish): Promise<TokenAnswer> {
    if (role !== undefined && insuranceNumber === undefined) return this.people.tokenForRole(role, officeCode);
    if (insuranceNumber === undefined) throw validationFailed([{ pointer: '/role', code: 'required' }]);
    if (role !== undefined) throw validationFailed([{ pointer: '/insuranceNumber', code: 'unknown-field' }]);
    if (officeCode !== undefined) throw validationFailed([{ pointer: '/officeCode', code: 'unknown-field' }]);
    return this.people.tokenForCitizen(insuranceNumber);
  }

  @Get('messages')
  @DeskOnly()
  @ApiOperation({ summary: 'Điện thoại và hộp thư của công dân · What the providers received, newest first' })
  @ApiOkResponse({ type: InboxPage })
  @ApiProblems('simulator-key-required', 'malformed-request')
  async messages(@Query() filter: MessageFilter): Promise<InboxPage> {
    return { items: (await this.inbox.list(filter)) as InboxItemDto[] };
  }

  @Get('messages/:id')
  @DeskOnly()
  @ApiOperation({ summary: 'Một tin · One message' })
  @ApiOkResponse({ type: InboxItemDto })
  @ApiProblems('simulator-key-required', 'not-found')
  message(@Param('id') id: string): Promise<InboxItemDto> {
    return this.inbox.get(id) as Promise<InboxItemDto>;
  }

  @Get('messages/:id/raw')
  @DeskOnly()
  @ApiProduces('message/rfc822')
  @ApiOperation({ summary: 'Thư nguyên dạng · The mail as it went over SMTP' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems('simulator-key-required', 'not-found')
  async raw(@Param('id') id: string, @Res() response: Response): Promise<void> {
    const raw = await this.inbox.raw(id);
    response.set({ 'Content-Type': 'message/rfc822', 'Content-Disposition': `attachment; filename="${id}.eml"` }).end(raw);
  }

  @Get('await')
  @DeskOnly()
  @ApiOperation({ summary: 'Chờ một tin · Answers as soon as a matching message exists' })
  @ApiOkResponse({ type: InboxItemDto })
  @ApiProblems('simulator-key-required', 'malformed-request', 'nothing-arrived')
  await(@Query() { timeout = DEFAULT_TIMEOUT_SECONDS, ...filter }: AwaitFilter, @Req() request: Request): Promise<InboxItemDto> {
    const gone = new AbortController();
    request.once('close', () => gone.abort());
    return this.inbox.waitFor(filter, timeout * 1000, gone.signal) as Promise<InboxItemDto>;
  }

  @Get('clock')
  @DeskOnly()
  @ApiOperation({ summary: 'Đồng hồ · The domain’s time' })
  @ApiOkResponse({ type: ClockAnswer })
  @ApiProblems('simulator-key-required')
  readClock(@Query() _query: NoQuery): Promise<ClockAnswer> {
    return this.clock.read();
  }

  @Put('clock')
  @DeskOnly()
  @ApiOperation({ summary: 'Chỉnh, dừng hoặc cho chạy đồng hồ · Set, freeze or release the time' })
  @ApiOkResponse({ type: AdvanceAnswer })
  @ApiProblems('simulator-key-required', 'clock-behind-history', 'validation-failed')
  setClock(@Body() { now, frozen }: ClockWish): Promise<AdvanceAnswer> {
    return this.clock.set({ now: now === undefined ? undefined : new Date(now), frozen });
  }

  @Post('clock/advance')
  @DeskOnly()
  @HttpCode(200)
  @ApiOperation({ summary: 'Cho thời gian trôi · Move forward and run all that falls due, before the answer' })
  @ApiOkResponse({ type: AdvanceAnswer })
  @ApiProblems('simulator-key-required', 'validation-failed')
  advanceClock(@Body() { by }: AdvanceWish): Promise<AdvanceAnswer> {
    return this.clock.advance(by);
  }

  @Put('counters')
  @DeskOnly()
  @ApiOperation({ summary: 'Đặt bộ đếm · Set a counter: the next number is last + 1' })
  @ApiOkResponse({ type: CounterDto })
  @ApiProblems('simulator-key-required', 'counter-in-use', 'validation-failed')
  setCounter(@Body() counter: CounterDto): Promise<CounterDto> {
    return this.counters.set(counter);
  }

  @Get('counters/continuity')
  @DeskOnly()
  @ApiOperation({
    summary: 'Chứng minh không có số bị bỏ sót · Proof that no number is missing: each with its dossier and status',
    description:
      'Chứng minh tính trên mọi số; danh sách số thì theo trang · The proof is over all numbers, whatever the page; their list is paged over all counters.',
  })
  @ApiOkResponse({ type: ContinuityAnswer })
  @ApiProblems('simulator-key-required', 'malformed-request')
  continuity(@Query() { limit = DEFAULT_NUMBERS, cursor, ...filter }: ContinuityFilter): Promise<ContinuityAnswer> {
    return this.counters.continuity(filter, { limit, cursor });
  }

  @Post('reset')
  @DeskOnly()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Làm trống · Empty the workspace',
    description:
      'Ở default, cơ quan và cán bộ được giữ lại; ở không gian khác, chúng được lập mới và token cũ mất hiệu lực · In default, offices and ' +
      'staff stay; elsewhere they are made anew, and tokens of before are dead.',
  })
  @ApiNoContentResponse()
  @ApiProblems('simulator-key-required', 'not-simulators-own', 'validation-failed')
  async reset(): Promise<void> {
    // Whoever names a workspace in the body means another one than the one that would be emptied: the guard lets no field through.
    await this.resets.reset();
  }
}
