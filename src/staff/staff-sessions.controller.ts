import { Body, Controller, Delete, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import type { Officer } from './officer.ts';
import { ChangePasswordDto, RefreshDto, StaffLoginDto, StaffSessionDto } from './staff-sessions.dto.ts';
import { CurrentOfficer, StaffOnly } from './staff-only.decorator.ts';
import { StaffService } from './staff.service.ts';

const KEY = { ...IDEMPOTENCY_KEY_HEADER, required: false };

@ApiTags('Cán bộ · Staff')
@Controller('v1/staff')
export class StaffSessionsController {
  constructor(private readonly staff: StaffService) {}

  @Post('sessions')
  @Public()
  @ApiOperation({ summary: 'Cán bộ đăng nhập · Staff log in' })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: StaffSessionDto })
  @ApiProblems('invalid-credentials', 'too-many-attempts', 'idempotency-key-reused', 'request-in-progress')
  async login(
    @Body() { username, password }: StaffLoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StaffSessionDto> {
    const { body, replayed } = await this.staff.login(username, password, request.ip ?? '', findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }

  @Post('sessions/refresh')
  @Public()
  @ApiOperation({ summary: 'Gia hạn phiên · Refresh the session' })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: StaffSessionDto })
  @ApiProblems('unauthenticated', 'idempotency-key-reused', 'request-in-progress')
  async refresh(
    @Body() { refreshToken }: RefreshDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StaffSessionDto> {
    const { body, replayed } = await this.staff.refresh(refreshToken, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }

  @Delete('sessions/current')
  @StaffOnly('session.own')
  @HttpCode(204)
  @ApiBearerAuth('staff')
  @ApiOperation({ summary: 'Đăng xuất · Log out' })
  @ApiNoContentResponse()
  logout(@CurrentOfficer() officer: Officer): Promise<void> {
    return this.staff.logout(officer);
  }

  @Put('me/password')
  @StaffOnly('session.own')
  @HttpCode(204)
  @ApiBearerAuth('staff')
  @ApiOperation({ summary: 'Đổi mật khẩu; các phiên khác chấm dứt · Change the password; other sessions end' })
  @ApiNoContentResponse()
  @ApiProblems('invalid-credentials', 'too-many-attempts')
  changePassword(@CurrentOfficer() officer: Officer, @Body() { currentPassword, newPassword }: ChangePasswordDto): Promise<void> {
    return this.staff.changePassword(officer, currentPassword, newPassword);
  }
}
