import { Controller, Delete, Head, HttpCode, Options, Param, Patch, Post, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public, WithDraftToken, WithDraftTokenOfUpload } from '../../platform/http/access.decorator.ts';
import { markPlace, markReplay } from '../../platform/http/answers.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey } from '../../platform/idempotency/idempotency-key.ts';
import {
  checksumOf,
  lengthOf,
  metadataWith,
  mustBePiece,
  offsetOf,
  PIECE_TYPE,
  slotOf,
  TUS_CAPABILITIES,
  TUS_VERSION,
} from './tus-headers.ts';
import { TusGuard } from './tus.guard.ts';
import { UploadsService, type UploadView } from './uploads.service.ts';

const TUS_RESUMABLE = { name: 'Tus-Resumable', required: true, schema: { type: 'string', enum: [TUS_VERSION] } };
const UPLOAD_OFFSET = { description: 'Vị trí gửi tiếp · Where to go on', schema: { type: 'integer' } } as const;
const UPLOAD_EXPIRES = { description: '24 giờ sau lần gửi cuối · A day after the last bytes came', schema: { type: 'string' } } as const;
const UPLOAD_LENGTH = { description: 'Kích thước ảnh · Bytes of the whole photo', schema: { type: 'integer' } } as const;

/** tus 1.0, a thin door: https://tus.io/protocols/resumable-upload. */
@ApiTags('Tải ảnh nối tiếp · Resumable uploads (tus 1.0)')
@Controller('v1')
@UseGuards(TusGuard)
export class UploadsController {
  constructor(private readonly uploads: UploadsService) {}

  @Options('drafts/:id/uploads')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Khả năng của máy chủ · What this tus server can do' })
  @ApiNoContentResponse()
  capabilities(@Param('id') _id: string, @Res({ passthrough: true }) response: Response): void {
    response.set(TUS_CAPABILITIES);
  }

  @Post('drafts/:id/uploads')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiOperation({
    summary: 'Bắt đầu tải một ảnh lên từng phần · Begin to upload a photo piece by piece',
    description:
      'Upload-Metadata nêu ô ảnh (slot); các mục khác không được lưu. Mỗi bản nháp có tối đa sáu lượt tải; lượt mới thay lượt ít cần nhất · ' +
      'Upload-Metadata names the slot; nothing else of it is kept. A draft has six uploads at most; a further one takes the place of the one that is needed least.',
  })
  @ApiHeader(TUS_RESUMABLE)
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiHeader({ name: 'Upload-Length', required: true, description: '1–10485760', example: '2097152' })
  @ApiHeader({ name: 'Upload-Metadata', required: true, description: 'slot + base64', example: 'slot cG9ydHJhaXQ=' })
  @ApiCreatedResponse({ headers: { Location: { schema: { type: 'string' } }, 'Upload-Expires': UPLOAD_EXPIRES } })
  @ApiProblems(
    'upload-header-invalid',
    'unauthenticated',
    'invalid-state',
    'draft-expired',
    'tus-version-unsupported',
    'payload-too-large',
    'validation-failed',
    'idempotency-key-reused',
    'too-many-attempts',
  )
  async create(@Param('id') draftId: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const wanted = { slot: slotOf(request), length: lengthOf(request) };
    const { body, replayed } = await this.uploads.create(draftId, wanted, findIdempotencyKey(request), request.ip ?? '');
    markReplay(response, replayed);
    tell(response, body);
    markPlace(request, response, `/v1/uploads/${body.id}`);
  }

  @Options('uploads/:id')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Khả năng của máy chủ · What this tus server can do' })
  @ApiNoContentResponse()
  capabilitiesOfUpload(@Param('id') _id: string, @Res({ passthrough: true }) response: Response): void {
    response.set(TUS_CAPABILITIES);
  }

  @Head('uploads/:id')
  @WithDraftTokenOfUpload()
  @HttpCode(200)
  @ApiBearerAuth('draftToken')
  @ApiOperation({
    summary: 'Đã nhận đến đâu · How far the upload is',
    description:
      'Upload-Offset bằng Upload-Length nghĩa là ảnh đã được nhận · An offset equal to the length means that the photo was taken in.',
  })
  @ApiHeader(TUS_RESUMABLE)
  @ApiOkResponse({ headers: { 'Upload-Offset': UPLOAD_OFFSET, 'Upload-Length': UPLOAD_LENGTH, 'Upload-Expires': UPLOAD_EXPIRES } })
  @ApiProblems('unauthenticated', 'not-found', 'upload-expired', 'tus-version-unsupported')
  async read(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<void> {
    const upload = await this.uploads.view(id);
    tell(response, upload);
    response.setHeader('Upload-Length', upload.length);
    response.setHeader('Upload-Metadata', metadataWith(upload.slot));
  }

  @Patch('uploads/:id')
  @WithDraftTokenOfUpload()
  @HttpCode(204)
  @ApiBearerAuth('draftToken')
  @ApiConsumes(PIECE_TYPE)
  @ApiOperation({
    summary: 'Gửi tiếp · Go on with the upload',
    description:
      'Mỗi yêu cầu có một phút: trên đường truyền chậm hãy gửi từng phần vài trăm kilobyte. Kết nối bị ngắt: phần đã đến được giữ, trừ khi có Upload-Checksum. Byte cuối cùng đưa ảnh qua kiểm tra; ảnh bị từ chối thì lượt tải kết thúc · ' +
      'A request has a minute: over a slow line send pieces of a few hundred kilobytes. When the connection breaks, what had come is kept, unless it has an Upload-Checksum. The last byte runs the gate; a refused photo ends the upload. ' +
      'What was found of the photo: `GET /v1/drafts/{id}/photos/{slot}`.',
  })
  @ApiHeader(TUS_RESUMABLE)
  @ApiHeader({ name: 'Upload-Offset', required: true, example: '0' })
  @ApiHeader({
    name: 'Upload-Checksum',
    required: false,
    description: 'sha1 | sha256 + base64',
    example: 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=',
  })
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiNoContentResponse({ headers: { 'Upload-Offset': UPLOAD_OFFSET, 'Upload-Expires': UPLOAD_EXPIRES } })
  @ApiProblems(
    'upload-header-invalid',
    'unauthenticated',
    'not-found',
    'upload-offset-conflict',
    'invalid-state',
    'upload-expired',
    'draft-expired',
    'tus-version-unsupported',
    'payload-too-large',
    'unsupported-media-type',
    'photo-rejected',
    'upload-in-too-many-parts',
    'checksum-mismatch',
    'service-unavailable',
  )
  async append(@Param('id') id: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    mustBePiece(request);
    tell(response, await this.uploads.append(id, offsetOf(request), checksumOf(request), request));
  }

  @Delete('uploads/:id')
  @WithDraftTokenOfUpload()
  @HttpCode(204)
  @ApiBearerAuth('draftToken')
  @ApiOperation({
    summary: 'Bỏ lượt tải · End the upload',
    description: 'Ảnh đã được nhận vẫn ở ô của nó · A photo that was taken in stays in its slot.',
  })
  @ApiHeader(TUS_RESUMABLE)
  @ApiNoContentResponse()
  @ApiProblems('unauthenticated', 'not-found', 'upload-expired', 'tus-version-unsupported')
  end(@Param('id') id: string): Promise<void> {
    return this.uploads.end(id);
  }
}

function tell(response: Response, { offset, expiresAt }: UploadView): void {
  response.setHeader('Upload-Offset', offset);
  if (expiresAt) response.setHeader('Upload-Expires', new Date(expiresAt).toUTCString());
}
