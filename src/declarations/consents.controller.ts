import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { prepareJson, sendPrepared } from '../platform/http/prepared-json.ts';
import { consentTexts, CURRENT_CONSENT_VERSION } from './consent-texts.ts';

class ConsentTextsInBoth {
  @ApiProperty()
  vi!: string;

  @ApiProperty()
  en!: string;
}

class ConsentView {
  @ApiProperty({ enum: ['commitment', 'data-processing', 'email-copy', 'email-for-notices'] })
  purpose!: string;

  @ApiProperty({ example: CURRENT_CONSENT_VERSION })
  version!: string;

  @ApiProperty()
  required!: boolean;

  @ApiProperty({ type: ConsentTextsInBoth })
  texts!: ConsentTextsInBoth;
}

@ApiTags('Danh mục · Reference data')
@Controller('v1/consents')
export class ConsentsController {
  private readonly answer = prepareJson(consentTexts(CURRENT_CONSENT_VERSION));

  @Get()
  @Public()
  @ApiOperation({ summary: 'Nội dung cam đoan và đồng ý · Texts that the citizen agrees to' })
  @ApiOkResponse({ type: [ConsentView] })
  @ApiNotModifiedResponse({ description: 'Unchanged' })
  list(@Query() _query: NoQuery, @Res() response: Response): void {
    sendPrepared(response, this.answer, 'public, max-age=3600');
  }
}
