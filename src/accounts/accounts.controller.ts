import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CitizenOnly, Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { CitizenLoginDto, CitizenPasswordDto, CitizenRefreshDto, CitizenSessionDto, ProfileDto } from './accounts.dto.ts';
import { AccountsService } from './accounts.service.ts';
import { CurrentCitizen, type Citizen } from './citizen.ts';

@ApiTags('Tài khoản · Account')
@Controller('v1')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post('sessions')
  @Public()
  @ApiOperation({
    summary: 'Công dân đăng nhập · Citizen log in',
    description: 'Năm lần sai trong 15 phút thì tạm khóa · Five failures in 15 minutes lock the number, whether it has an account or not.',
  })
  @ApiCreatedResponse({ type: CitizenSessionDto })
  @ApiProblems('invalid-credentials', 'too-many-attempts')
  login(@Body() { insuranceNumber, password }: CitizenLoginDto, @Req() request: Request): Promise<CitizenSessionDto> {
    return this.accounts.login(insuranceNumber, password, request.ip ?? '');
  }

  @Post('sessions/refresh')
  @Public()
  @ApiOperation({ summary: 'Gia hạn phiên · Refresh the session' })
  @ApiCreatedResponse({ type: CitizenSessionDto })
  @ApiProblems('unauthenticated', 'password-change-required')
  refresh(@Body() { refreshToken }: CitizenRefreshDto): Promise<CitizenSessionDto> {
    return this.accounts.refresh(refreshToken);
  }

  @Delete('sessions/current')
  @CitizenOnly({ beforePasswordChange: true })
  @HttpCode(204)
  @ApiBearerAuth('citizen')
  @ApiOperation({ summary: 'Đăng xuất · Log out' })
  @ApiNoContentResponse()
  logout(@CurrentCitizen() citizen: Citizen): Promise<void> {
    return this.accounts.logout(citizen);
  }

  @Get('me')
  @CitizenOnly()
  @ApiBearerAuth('citizen')
  @ApiOperation({ summary: 'Thông tin của tôi · My account' })
  @ApiOkResponse({ type: ProfileDto })
  @ApiProblems('password-change-required')
  me(@CurrentCitizen() citizen: Citizen): Promise<ProfileDto> {
    return this.accounts.profile(citizen);
  }

  @Put('me/password')
  @CitizenOnly({ beforePasswordChange: true })
  @HttpCode(204)
  @ApiBearerAuth('citizen')
  @ApiOperation({ summary: 'Đổi mật khẩu; các phiên khác chấm dứt · Change the password; other sessions end' })
  @ApiNoContentResponse()
  @ApiProblems('invalid-credentials', 'too-many-attempts', 'password-refused')
  changePassword(@CurrentCitizen() citizen: Citizen, @Body() { currentPassword, newPassword }: CitizenPasswordDto): Promise<void> {
    return this.accounts.changePassword(citizen, currentPassword, newPassword);
  }
}
