import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CitizenOnly, Public } from '../platform/http/access.decorator.ts';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { CitizenLoginDto, CitizenPasswordDto, CitizenRefreshDto, CitizenSessionDto, ProfileDto } from './accounts.dto.ts';
import { AccountsService } from './accounts.service.ts';
import { CurrentCitizen, type Citizen } from './citizen.ts';

const KEY = { ...IDEMPOTENCY_KEY_HEADER, required: false };

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
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: CitizenSessionDto })
  @ApiProblems('invalid-credentials', 'too-many-attempts', 'idempotency-key-reused', 'request-in-progress')
  async login(
    @Body() { insuranceNumber, password }: CitizenLoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CitizenSessionDto> {
    const { body, replayed } = await this.accounts.login(insuranceNumber, password, request.ip ?? '', findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }

  @Post('sessions/refresh')
  @Public()
  @ApiOperation({ summary: 'Gia hạn phiên · Refresh the session' })
  @ApiHeader(KEY)
  @ApiCreatedResponse({ type: CitizenSessionDto })
  @ApiProblems('unauthenticated', 'password-change-required', 'idempotency-key-reused', 'request-in-progress')
  async refresh(
    @Body() { refreshToken }: CitizenRefreshDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CitizenSessionDto> {
    const { body, replayed } = await this.accounts.refresh(refreshToken, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
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
