import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { MultipartReader } from '../photos/multipart.ts';
import { PHOTO_SLOTS } from '../photos/photo-slot.ts';
import { Public, WithDraftToken } from '../platform/http/access.decorator.ts';
import { markPlace, markReplay, sendPdf } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { getIfMatch, setVersionTag } from '../platform/http/if-match.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey, getIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import { DraftCreatedDto, DraftDto, DraftFieldsDto, PhotoAnswerDto, PhotoFileDto, ReceiptDto } from './declarations.dto.ts';
import { DraftsService, getSlot, type RequestOfDraft } from './drafts.service.ts';
import { receivePhoto } from './receive-photo.ts';
import { SubmissionService } from './submission.service.ts';

const SLOT_PARAM = { name: 'slot', enum: PHOTO_SLOTS };
const IF_MATCH_HEADER = {
  name: 'If-Match',
  required: true,
  description: 'ETag của lần đọc gần nhất · The ETag of your last read.',
  example: '"1"',
};

@ApiTags('Bản nháp · Drafts')
@Controller('v1/drafts')
export class DraftsController {
  constructor(
    private readonly drafts: DraftsService,
    private readonly submissions: SubmissionService,
    private readonly multipart: MultipartReader,
    private readonly limits: AttemptLimits,
  ) {}

  @Post()
  @Public()
  @ApiOperation({ summary: 'Tạo bản nháp · Start a draft', description: 'Với bất kỳ mục nào đã có · With any fields there are.' })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiBody({ type: DraftFieldsDto })
  @ApiCreatedResponse({ type: DraftCreatedDto })
  @ApiProblems('validation-failed', 'idempotency-key-reused', 'too-many-attempts')
  async create(
    @Body() fields: Record<string, unknown>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DraftCreatedDto> {
    const { body, replayed } = await this.drafts.create(fields, findIdempotencyKey(request), request.ip ?? '');
    markReplay(response, replayed);
    markPlace(request, response, `/v1/drafts/${body.id}`);
    setVersionTag(response, body.version);
    return body;
  }

  @Get(':id')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiOperation({ summary: 'Đọc bản nháp · Read the draft' })
  @ApiOkResponse({ type: DraftDto })
  @ApiProblems('unauthenticated', 'invalid-state', 'draft-expired')
  async read(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<DraftDto> {
    const draft = await this.drafts.view(id);
    setVersionTag(response, draft.version);
    return draft;
  }

  @Patch(':id')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiOperation({ summary: 'Sửa bản nháp · Change the draft', description: 'JSON merge-patch; null xóa · null clears.' })
  @ApiHeader(IF_MATCH_HEADER)
  @ApiBody({ type: DraftFieldsDto })
  @ApiOkResponse({ type: DraftDto })
  @ApiProblems('unauthenticated', 'invalid-state', 'draft-expired', 'precondition-failed', 'precondition-required', 'validation-failed')
  async change(
    @Param('id') id: string,
    @Body() fields: Record<string, unknown>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DraftDto> {
    const draft = await this.drafts.patch(id, fields, getIfMatch(request));
    setVersionTag(response, draft.version);
    return draft;
  }

  @Delete(':id')
  @WithDraftToken()
  @HttpCode(204)
  @ApiBearerAuth('draftToken')
  @ApiOperation({ summary: 'Bỏ bản nháp cùng ảnh · Discard the draft with its photos' })
  @ApiHeader(IF_MATCH_HEADER)
  @ApiNoContentResponse()
  @ApiProblems('unauthenticated', 'invalid-state', 'draft-expired', 'precondition-failed', 'precondition-required')
  discard(@Param('id') id: string, @Req() request: Request): Promise<void> {
    return this.drafts.delete(id, getIfMatch(request));
  }

  @Put(':id/photos/:slot')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiConsumes('multipart/form-data')
  @ApiOperation({
    summary: 'Gửi ảnh vào một ô · Put a photo into its slot',
    description: 'Được kiểm tra ngay · Decoded and checked at once.',
  })
  @ApiParam(SLOT_PARAM)
  @ApiBody({ type: PhotoFileDto })
  @ApiOkResponse({ type: PhotoAnswerDto })
  @ApiProblems(
    'unauthenticated',
    'not-found',
    'invalid-state',
    'draft-expired',
    'payload-too-large',
    'unsupported-media-type',
    'photo-rejected',
    'too-many-attempts',
    'service-unavailable',
  )
  putPhoto(
    @Param('id') id: string,
    @Param('slot') slot: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PhotoAnswerDto> {
    const known = getSlot(slot);
    return receivePhoto(this.multipart, this.limits, request, response, (file) => this.drafts.putPhoto(id, known, file));
  }

  @Get(':id/photos/:slot')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiOperation({ summary: 'Kết quả kiểm tra ảnh · What was found of a photo' })
  @ApiParam(SLOT_PARAM)
  @ApiOkResponse({ type: PhotoAnswerDto })
  @ApiProblems('unauthenticated', 'not-found', 'invalid-state', 'draft-expired')
  photo(@Param('id') id: string, @Param('slot') slot: string): Promise<PhotoAnswerDto> {
    return this.drafts.photo(id, getSlot(slot));
  }

  @Delete(':id/photos/:slot')
  @WithDraftToken()
  @HttpCode(204)
  @ApiBearerAuth('draftToken')
  @ApiOperation({ summary: 'Bỏ ảnh · Remove a photo' })
  @ApiParam(SLOT_PARAM)
  @ApiNoContentResponse()
  @ApiProblems('unauthenticated', 'not-found', 'invalid-state', 'draft-expired')
  deletePhoto(@Param('id') id: string, @Param('slot') slot: string): Promise<void> {
    return this.drafts.deletePhoto(id, getSlot(slot));
  }

  @Get(':id/form.pdf')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiProduces('application/pdf')
  @ApiOperation({ summary: 'Xem trước tờ khai · The declaration as it will be sent' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems('unauthenticated', 'invalid-state', 'draft-expired')
  async form(@Param('id') id: string, @Res() response: Response): Promise<void> {
    sendPdf(response, `to-khai-${id}.pdf`, await this.drafts.form(id));
  }

  @Post(':id/submission')
  @WithDraftToken()
  @ApiBearerAuth('draftToken')
  @ApiOperation({
    summary: 'Gửi tờ khai · Submit the draft',
    description: 'Nêu mọi mục và ảnh còn thiếu cùng lúc · Names everything missing at once.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: true })
  @ApiCreatedResponse({ type: ReceiptDto })
  @ApiProblems(
    'idempotency-key-missing',
    'idempotency-key-invalid',
    'unauthenticated',
    'declaration-already-open',
    'already-registered',
    'invalid-state',
    'draft-expired',
    'validation-failed',
    'idempotency-key-reused',
    'too-many-attempts',
    'service-unavailable',
  )
  async submit(@Param('id') id: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<ReceiptDto> {
    const { receipt, replayed } = await this.submissions.submitDraft(
      id,
      getIdempotencyKey(request),
      request.ip ?? '',
      (request as RequestOfDraft).draft,
    );
    markReplay(response, replayed);
    markPlace(request, response, `/v1/declarations/${receipt.id}`);
    return receipt;
  }
}
