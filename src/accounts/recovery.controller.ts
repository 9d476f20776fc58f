import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import type { Request } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
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
  @ApiNoContentResponse()
  @ApiProblems('invalid-credentials', 'too-many-attempts', 'validation-failed', 'password-refused')
  confirm(@Body() { insuranceNumber, otp, newPassword }: RecoveryConfirmation, @Req() request: Request): Promise<void> {
    return this.recovery.confirm(insuranceNumber, otp, newPassword, request.ip ?? '');
  }
}
