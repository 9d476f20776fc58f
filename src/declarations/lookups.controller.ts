import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { Request } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { validationFailed } from '../platform/refusal.ts';
import { ELIGIBILITY, LookupsService, type Eligibility } from './lookups.service.ts';
import { checkFullName } from './rules/full-name.rule.ts';

class LookupWish {
  @ApiProperty({ example: 'Huỳnh Thị Minh' })
  @MaxLength(400)
  @IsNotEmpty()
  @IsString()
  fullName!: string;

  @ApiProperty({ example: '1965-04-12', format: 'date' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  @IsString()
  dateOfBirth!: string;

  @ApiPropertyOptional({ example: '031165000123', description: 'Có thì không che số · With it, numbers are not masked.' })
  @IsOptional()
  @MaxLength(40)
  @IsString()
  idNumber?: string;

  @ApiPropertyOptional({ example: '31' })
  @IsOptional()
  @MaxLength(10)
  @IsString()
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
  @Matches(/^\d{10}$/)
  @IsString()
  insuranceNumber!: string;

  @ApiProperty({ example: '031165000123' })
  @MaxLength(40)
  @IsNotEmpty()
  @IsString()
  idNumber!: string;

  @ApiProperty({ example: '0352153000' })
  @MaxLength(40)
  @IsNotEmpty()
  @IsString()
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
  @ApiOkResponse({ type: LookupAnswer })
  @ApiProblems('too-many-attempts', 'validation-failed')
  async findNumber(@Body() wish: LookupWish, @Req() request: Request): Promise<LookupAnswer> {
    const name = checkFullName(wish.fullName);
    if (!name.ok) throw validationFailed([{ pointer: '/fullName', code: name.code }]);
    return { matches: await this.lookups.findNumber({ ...wish, fullName: name.value }, request.ip ?? '') };
  }

  @Post('eligibility')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Có đăng ký được không · Can I register', description: 'Trước khi gửi ảnh · Before a byte of photo is sent.' })
  @ApiOkResponse({ type: EligibilityAnswer })
  @ApiProblems('too-many-attempts', 'validation-failed')
  eligibility(@Body() wish: EligibilityWish, @Req() request: Request): Promise<EligibilityAnswer> {
    return this.lookups.eligibility(wish, request.ip ?? '');
  }
}
