import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { ELIGIBILITY, LookupsService, type Eligibility } from './lookups.service.ts';

class LookupWish {
  @ApiProperty({ example: 'Huỳnh Thị Minh' })
  fullName!: string;

  @ApiProperty({ example: '1965-04-12', format: 'date' })
  dateOfBirth!: string;

  @ApiPropertyOptional({ example: '031165000123', description: 'Có thì không che số · With it, numbers are not masked.' })
  idNumber?: string;

  @ApiPropertyOptional({ example: '31' })
  provinceCode?: string;
}

class FoundNumberDto {
  @ApiProperty({ example: '0397****79' })
  insuranceNumber!: string;

  @ApiProperty()
  fullName!: string;

  @ApiProperty({ format: 'date' })
  dateOfBirth!: string;

  @ApiProperty({ example: '31' })
  provinceCode!: string;
}

class LookupAnswer {
  @ApiProperty({ type: [FoundNumberDto] })
  matches!: FoundNumberDto[];
}

class EligibilityWish {
  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty({ example: '031165000123' })
  idNumber!: string;

  @ApiProperty({ example: '0352153000' })
  phone!: string;
}

class EligibilityAnswer {
  @ApiProperty({ enum: Object.keys(ELIGIBILITY) })
  result!: Eligibility;

  @ApiProperty()
  advice!: string;
}

@ApiTags('Hỗ trợ kê khai · Help with the form')
@Controller('v1')
export class LookupsController {
  constructor(private readonly lookups: LookupsService) {}

  @Post('lookups/insurance-number')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Tra cứu mã số BHXH · Look up one’s insurance number' })
  @ApiBody({ type: LookupWish })
  @ApiOkResponse({ type: LookupAnswer })
  @ApiProblems('too-many-attempts', 'validation-failed')
  async findNumber(@Body() wish: Record<string, unknown>, @Req() request: Request): Promise<LookupAnswer> {
    return { matches: await this.lookups.findNumber(wish, request.ip ?? '') };
  }

  @Post('eligibility')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Có đăng ký được không · Can I register', description: 'Trước khi gửi ảnh · Before a byte of photo is sent.' })
  @ApiBody({ type: EligibilityWish })
  @ApiOkResponse({ type: EligibilityAnswer })
  @ApiProblems('too-many-attempts', 'validation-failed')
  eligibility(@Body() wish: Record<string, unknown>, @Req() request: Request): Promise<EligibilityAnswer> {
    return this.lookups.eligibility(wish, request.ip ?? '');
  }
}
