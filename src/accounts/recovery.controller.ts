import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import type { Request, Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { markReplay } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { RecoveryService } from './recovery.service.ts';

class RecoveryWish {
  @ApiProperty({ example: '0397097379' })
  @Matches(/^\d{10}$/)
  @IsString()
  insuranceNumber!: string;
}

class RecoveryConfirmation extends RecoveryWish {
  @ApiProperty({ example: '483920', description: 'Mã OTP trong SMS hoặc thư, 5 phút · From the SMS or mail, good for five minutes.' })
  @Matches(/^\d{6}$/)
  @IsString()
  otp!: string;

  @ApiProperty({ maxLength: 200, format: 'password' })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  newPassword!: string;
}

@ApiTags('Tài khoản · Account')
@Controller('v1/password-resets')
export class RecoveryController {
  constructor(private readonly recovery: RecoveryService) {}

  @Post()
  @Public()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Quên mật khẩu: gửi mã OTP · Forgotten password: send a one-time password',
    description: 'Luôn trả 202 · Always 202, whether there is an account or not.',
  })
  @ApiAcceptedResponse()
  @ApiProblems('too-many-attempts', 'validation-failed')
  async request(@Body() { insuranceNumber }: RecoveryWish, @Req() request: Request): Promise<void> {
    await this.recovery.countRequest(insuranceNumber, request.ip ?? '');
    this.recovery.sendOtp(insuranceNumber);
  }

  @Post('confirmation')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Đặt mật khẩu mới bằng mã OTP · Set a new password; all sessions end' })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiNoContentResponse()
  @ApiProblems(
    'invalid-credentials',
    'too-many-attempts',
    'validation-failed',
    'password-refused',
    'idempotency-key-reused',
    'request-in-progress',
  )
  async confirm(
    @Body() confirmation: RecoveryConfirmation,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { replayed } = await this.recovery.confirm(confirmation, request.ip ?? '', findIdempotencyKey(request));
    markReplay(response, replayed);
  }
}
