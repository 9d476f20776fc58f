import { Controller, Get, Req, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiProduces, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request } from 'express';
import { CitizenOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { CurrentCitizen, type Citizen } from '../citizen.ts';
import { HealthInsuranceCardDto } from './health-card.dto.ts';
import { HealthCards, type HealthCardView } from './health-card.service.ts';

@ApiTags('Tài khoản · Account')
@ApiBearerAuth('citizen')
@Controller('v1/me/health-insurance-card')
export class HealthCardController {
  constructor(private readonly healthCards: HealthCards) {}

  @Get()
  @CitizenOnly()
  @ApiOperation({
    summary: 'Thẻ BHYT của tôi · My health insurance card',
    description: 'JSON, hoặc ảnh PNG có mã QR theo `Accept` · JSON, or by `Accept` a PNG with its QR code.',
  })
  @ApiProduces('application/json', 'image/png')
  @ApiExtraModels(HealthInsuranceCardDto)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(HealthInsuranceCardDto) } },
      'image/png': { schema: { type: 'string', format: 'binary' } },
    },
  })
  @ApiProblems('not-found', 'password-change-required')
  async card(@CurrentCitizen() { insuranceNumber }: Citizen, @Req() request: Request): Promise<HealthCardView | StreamableFile> {
    if (request.accepts(['application/json', 'image/png']) !== 'image/png') return this.healthCards.getCard(insuranceNumber);
    const picture = await this.healthCards.getPicture(insuranceNumber);
    return new StreamableFile(picture, { type: 'image/png', disposition: 'inline', length: picture.length });
  }
}
