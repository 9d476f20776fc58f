import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import type { Request, Response } from 'express';
import { WithDraftToken } from '../../platform/http/access.decorator.ts';
import { markReplay } from '../../platform/http/answers.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import { EmailConfirmations, type SentOtp } from './email-confirmations.service.ts';

class SentOtpDto implements SentOtp {
  @ApiProperty({ example: 'm****@example.com' })
  sentTo!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

class EmailConfirmationDto {
  @ApiProperty({ example: '483920', description: 'Mã OTP trong thư, 5 phút · From the mail, good for five minutes.' })
  @Matches(/^\d{6}$/)
  @IsString()
  otp!: string;
}

@ApiTags('Bản nháp · Drafts')
@Controller('v1/drafts/:id')
export class EmailConfirmationsController {
  constructor(private readonly confirmations: EmailConfirmations) {}

  @Post('email-otp')
  @WithDraftToken()
  @HttpCode(202)
  @ApiBearerAuth('draftToken')
  @ApiOperation({
    summary: 'Gửi mã OTP đến email của bản nháp · Send a one-time password to the draft’s address',
    description: 'Từ hồ sơ quy trình 2023; trước đó: 409 · From process profile 2023 on; before: 409.',
  })
  @ApiAcceptedResponse({ type: SentOtpDto })
  @ApiProblems(
    'unauthenticated',
    'email-otp-not-asked',
    'invalid-state',
    'draft-expired',
    'precondition-failed',
    'validation-failed',
    'too-many-attempts',
  )
  send(@Param('id') id: string, @Req() request: Request): Promise<SentOtpDto> {
    return this.confirmations.send(id, request.ip ?? '');
  }

  @Post('email-confirmation')
  @WithDraftToken()
  @HttpCode(204)
  @ApiBearerAuth('draftToken')
  @ApiOperation({
    summary: 'Xác nhận email bằng mã OTP · Confirm the address',
    description: 'Đổi email thì phải xác nhận lại · Another address has to be confirmed anew.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiNoContentResponse()
  @ApiProblems(
    'unauthenticated',
    'email-otp-not-asked',
    'invalid-state',
    'draft-expired',
    'validation-failed',
    'email-otp-refused',
    'idempotency-key-reused',
    'request-in-progress',
  )
  async confirm(
    @Param('id') id: string,
    @Body() { otp }: EmailConfirmationDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { replayed } = await this.confirmations.confirm(id, otp, findIdempotencyKey(request));
    markReplay(response, replayed);
  }
}
