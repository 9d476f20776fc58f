import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { prepareJson, sendPrepared } from '../platform/http/prepared-json.ts';
import { REASON_CATALOGUE_VERSION, REASONS, type Reason } from './reason-catalogue.ts';

class ReasonTexts {
  @ApiProperty({ example: 'Ảnh bị mờ. Vui lòng chụp lại rõ nét.' })
  vi!: string;

  @ApiProperty({ example: 'The photo is blurred. Please take it again, sharp.' })
  en!: string;
}

class ReasonView {
  @ApiProperty({ example: 'photo-blurred' })
  code!: string;

  @ApiProperty({
    type: [String],
    example: ['portrait', 'idFront', 'idBack'],
    description: 'Mục, ảnh, hoặc cả hồ sơ · Fields, photo slots, or `dossier`.',
  })
  appliesTo!: string[];

  @ApiProperty({ type: ReasonTexts })
  texts!: ReasonTexts;

  @ApiProperty({ description: 'true: từ chối hẳn · true = rejects; false = returns for correction.' })
  final!: boolean;

  @ApiProperty({
    example: REASON_CATALOGUE_VERSION,
    description: 'Phiên bản danh mục, được ghi cùng quyết định · Version of the catalogue, recorded with every decision.',
  })
  catalogueVersion!: string;
}

@ApiTags('Danh mục · Reference data')
@Controller('v1/reasons')
export class ReasonsController {
  private readonly answer = prepareJson(
    Object.entries<Reason>(REASONS).map(([code, { appliesTo, vi, en, final }]) => ({
      code,
      appliesTo,
      texts: { vi, en },
      final,
      catalogueVersion: REASON_CATALOGUE_VERSION,
    })),
  );

  @Get()
  @Public()
  @ApiOperation({ summary: 'Lý do trả lại, từ chối · Reasons for return and rejection' })
  @ApiOkResponse({ type: [ReasonView] })
  @ApiNotModifiedResponse({ description: 'Unchanged' })
  list(@Query() _query: NoQuery, @Res() response: Response): void {
    sendPrepared(response, this.answer, 'public, max-age=3600');
  }
}
