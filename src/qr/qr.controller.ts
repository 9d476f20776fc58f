import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { MultipartReader } from '../photos/multipart.ts';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { InputPipe } from '../platform/http/input.pipe.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { validationFailed } from '../platform/refusal.ts';
import { CitizenCardDto, HealthCardDto, QrImageDto, QrPayloadDto } from './qr.dto.ts';
import { QrService, type ReadCard } from './qr.service.ts';

const JSON_BODY = 'application/json';
const PHOTO_BODY = 'multipart/form-data';

@ApiTags('Trợ giúp kê khai · Help with the form')
@Controller('v1/qr')
export class QrController {
  private readonly input = new InputPipe();

  constructor(
    private readonly qr: QrService,
    private readonly multipart: MultipartReader,
    private readonly limits: AttemptLimits,
  ) {}

  @Post('decode')
  @Public()
  @HttpCode(200)
  @ApiConsumes(JSON_BODY, PHOTO_BODY)
  @ApiExtraModels(QrPayloadDto, QrImageDto, HealthCardDto, CitizenCardDto)
  @ApiOperation({
    summary: 'Đọc mã QR trên thẻ BHYT, CCCD, căn cước · Read the QR code of a card',
    description:
      'Nội dung đã quét hoặc ảnh chụp thẻ; dữ liệu chỉ để điền vào tờ khai, không được lưu · The scanned payload or a photo of the card; what it says is for filling in the form and kept nowhere.',
    requestBody: {
      required: true,
      content: {
        [JSON_BODY]: { schema: { $ref: getSchemaPath(QrPayloadDto) } },
        [PHOTO_BODY]: { schema: { $ref: getSchemaPath(QrImageDto) } },
      },
    },
  })
  @ApiOkResponse({ schema: { oneOf: [{ $ref: getSchemaPath(HealthCardDto) }, { $ref: getSchemaPath(CitizenCardDto) }] } })
  @ApiProblems(
    'malformed-request',
    'payload-too-large',
    'unsupported-media-type',
    'validation-failed',
    'qr-unreadable',
    'qr-unknown-kind',
    'too-many-attempts',
    'service-unavailable',
  )
  async decode(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<ReadCard> {
    await this.limits.count({ limit: 'qr-by-address', subject: request.ip ?? '' });
    if (request.is(PHOTO_BODY)) return this.decodePhoto(request, response);
    const { payload } = (await this.input.transform(request.body, { type: 'body', metatype: QrPayloadDto })) as QrPayloadDto;
    return this.qr.read(payload);
  }

  private async decodePhoto(request: Request, response: Response): Promise<ReadCard> {
    const expected = { fields: [{ name: 'image', maxCount: 1 }], textFields: [] } as const;
    const { files, faults } = await this.multipart.receivePhotos(request, response, expected);
    const image = files.get('image');
    try {
      const missing = image || faults.some(({ pointer }) => pointer === '/image') ? [] : [{ pointer: '/image', code: 'photo-missing' }];
      if (!image || faults.length > 0) throw validationFailed([...faults, ...missing]);
      return await this.qr.readPhoto(image);
    } finally {
      await image?.discard();
    }
  }
}
