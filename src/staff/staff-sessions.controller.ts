import { Body, Controller, Delete, HttpCode, Post, Put, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import type { Officer } from './officer.ts';
import { ChangePasswordDto, RefreshDto, StaffLoginDto, StaffSessionDto } from './staff-sessions.dto.ts';
import { CurrentOfficer, StaffOnly } from './staff-only.decorator.ts';
import { StaffService } from './staff.service.ts';

@ApiTags('Cán bộ · Staff')
@Controller('v1/staff')
export class StaffSessionsController {
  constructor(private readonly staff: StaffService) {}

  @Post('sessions')
  @Public()
  @ApiOperation({ summary: 'Cán bộ đăng nhập · Staff log in' })
  @ApiCreatedResponse({ type: StaffSessionDto })
  @ApiProblems('invalid-credentials', 'too-many-attempts')
  login(@Body() { username, password }: StaffLoginDto, @Req() request: Request): Promise<StaffSessionDto> {
    return this.staff.login(username, password, request.ip ?? '');
  }

  @Post('sessions/refresh')
  @Public()
  @ApiOperation({ summary: 'Gia hạn phiên · Refresh the session' })
  @ApiCreatedResponse({ type: StaffSessionDto })
  @ApiProblems('unauthenticated')
  refresh(@Body() { refreshToken }: RefreshDto): Promise<StaffSessionDto> {
    return this.staff.refresh(refreshToken);
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
