import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { Request } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { ReceiptOfficeDto } from './declarations.dto.ts';
import { STATUSES, type Status } from './status.rule.ts';
import { TrackingService } from './tracking.service.ts';

class TrackingWish {
  @ApiProperty({ example: '49631.GD/2021/03102' })
  @MaxLength(60)
  @IsNotEmpty()
  @IsString()
  dossierNumber!: string;

  @ApiProperty({ example: '7K2M-9QXV-4TBC-W3HD', description: 'Chữ hoa hay thường đều được · Read case-insensitively.' })
  @MaxLength(60)
  @IsNotEmpty()
  @IsString()
  trackingCode!: string;
}

class TrackingCodeWish {
  @ApiProperty({ example: '49631.GD/2021/03102' })
  @MaxLength(60)
  @IsNotEmpty()
  @IsString()
  dossierNumber!: string;

  @ApiProperty({ example: '0352153000', description: 'Số đã khai · The declared phone.' })
  @MaxLength(40)
  @IsNotEmpty()
  @IsString()
  phone!: string;
}

class TrackedDto {
  @ApiProperty({ enum: STATUSES })
  status!: Status;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ type: ReceiptOfficeDto })
  office!: ReceiptOfficeDto;

  @ApiProperty()
  nextStep!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Hạn trả kết quả · The day by which a decision is owed.' })
  expectedBy!: string | null;
}

@ApiTags('Tra cứu · Tracking')
@Controller('v1/declarations')
export class TrackingController {
  constructor(private readonly tracking: TrackingService) {}

  @Post('tracking')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Tra cứu hồ sơ · Where a dossier stands',
    description: 'Không có dữ liệu cá nhân · No personal data; wrong number and wrong code look the same.',
  })
  @ApiOkResponse({ type: TrackedDto })
  @ApiProblems('not-found', 'too-many-attempts', 'validation-failed')
  track(@Body() { dossierNumber, trackingCode }: TrackingWish, @Req() request: Request): Promise<TrackedDto> {
    return this.tracking.track(dossierNumber, trackingCode, request.ip ?? '');
  }

  @Post('tracking-code')
  @Public()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Cấp lại mã tra cứu qua SMS · A new tracking code by SMS',
    description: 'Luôn trả 202 · Always 202; on a match the old code is dead.',
  })
  @ApiAcceptedResponse()
  @ApiProblems('too-many-attempts', 'validation-failed')
  async renewCode(@Body() { dossierNumber, phone }: TrackingCodeWish, @Req() request: Request): Promise<void> {
    await this.tracking.countRenewal(dossierNumber, request.ip ?? '');
    this.tracking.renewCode(dossierNumber, phone);
  }
}
