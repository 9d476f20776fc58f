import { Body, Controller, Get, HttpCode, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { MultipartReader } from '../photos/multipart.ts';
import { Public, WithTrackingCode } from '../platform/http/access.decorator.ts';
import { markPlace, markReplay, sendPdf } from '../platform/http/answers.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { findIfMatch, setVersionTag } from '../platform/http/if-match.ts';
import { IDEMPOTENCY_KEY_HEADER } from '../platform/idempotency/idempotency-header.ts';
import { findIdempotencyKey, getIdempotencyKey } from '../platform/idempotency/idempotency-key.ts';
import { AttemptLimits } from '../platform/limits/attempt-limits.ts';
import {
  CitizenDeclarationDto,
  CitizenHistoryDto,
  DraftFieldsDto,
  OneShotDto,
  PhotoAnswerDto,
  PhotoFileDto,
  ReceiptDto,
  RevisionQuery,
} from './declarations.dto.ts';
import { DeclarationsService } from './declarations.service.ts';
import { getSlot } from './drafts.service.ts';
import { receiveDeclaration } from './receive-declaration.ts';
import { receivePhoto } from './receive-photo.ts';
import { SubmissionService } from './submission.service.ts';

@ApiTags('Tờ khai · Declarations')
@Controller('v1/declarations')
export class DeclarationsController {
  constructor(
    private readonly submissions: SubmissionService,
    private readonly declarations: DeclarationsService,
    private readonly multipart: MultipartReader,
    private readonly limits: AttemptLimits,
  ) {}

  @Post()
  @Public()
  @ApiOperation({
    summary: 'Gửi tờ khai trong một yêu cầu · Submit a declaration in one request',
    description: 'Mẫu và ba ảnh; trả lời có số hồ sơ · The form and three photos; the answer holds the dossier number.',
  })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: true })
  @ApiHeader({ name: 'X-Client-Id', required: false, description: 'Phạm vi của khóa · Scope of the key.' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: OneShotDto })
  @ApiCreatedResponse({ type: ReceiptDto })
  @ApiProblems(
    'malformed-request',
    'idempotency-key-missing',
    'idempotency-key-invalid',
    'declaration-already-open',
    'already-registered',
    'request-in-progress',
    'payload-too-large',
    'unsupported-media-type',
    'validation-failed',
    'photo-rejected',
    'idempotency-key-reused',
    'too-many-attempts',
    'service-unavailable',
  )
  async submit(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<ReceiptDto> {
    const key = getIdempotencyKey(request);
    const { receipt, replayed } = await receiveDeclaration(this.multipart, request, response, ({ raw, files, faults }) =>
      this.submissions.submitOneShot(raw, files, faults, key, { channel: 'online', address: request.ip ?? '' }),
    );
    markReplay(response, replayed);
    markPlace(request, response, `/v1/declarations/${receipt.id}`);
    return receipt;
  }

  @Get(':id')
  @WithTrackingCode()
  @ApiBearerAuth('trackingCode')
  @ApiOperation({ summary: 'Hồ sơ của tôi · My dossier: own data, status, what to do next' })
  @ApiOkResponse({ type: CitizenDeclarationDto })
  @ApiProblems('unauthenticated')
  async view(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<CitizenDeclarationDto> {
    const { view, version } = await this.declarations.view(id);
    setVersionTag(response, version);
    return view;
  }

  @Get(':id/form.pdf')
  @WithTrackingCode()
  @ApiBearerAuth('trackingCode')
  @ApiProduces('application/pdf')
  @ApiOperation({ summary: 'Tờ khai dạng PDF · The declaration as PDF, of any revision' })
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiProblems('malformed-request', 'unauthenticated', 'not-found')
  async form(@Param('id') id: string, @Query() { revision }: RevisionQuery, @Res() response: Response): Promise<void> {
    sendPdf(response, `to-khai-${id}.pdf`, await this.declarations.form(id, revision));
  }

  @Get(':id/history')
  @WithTrackingCode()
  @ApiBearerAuth('trackingCode')
  @ApiOperation({ summary: 'Quá trình xử lý · The steps so far, and what was sent with each revision' })
  @ApiOkResponse({ type: CitizenHistoryDto })
  @ApiProblems('unauthenticated')
  async history(@Param('id') id: string): Promise<CitizenHistoryDto> {
    return this.declarations.history(id);
  }

  @Patch(':id')
  @WithTrackingCode()
  @ApiBearerAuth('trackingCode')
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiOperation({ summary: 'Sửa mục bị trả lại · Amend returned fields', description: 'JSON merge-patch; null xóa · null clears.' })
  @ApiHeader({ name: 'If-Match', required: false })
  @ApiBody({ type: DraftFieldsDto })
  @ApiOkResponse({ type: CitizenDeclarationDto })
  @ApiProblems('unauthenticated', 'invalid-state', 'field-locked', 'precondition-failed', 'validation-failed')
  async amend(
    @Param('id') id: string,
    @Body() patch: Record<string, unknown>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CitizenDeclarationDto> {
    await this.declarations.amend(id, patch, findIfMatch(request));
    return this.view(id, response);
  }

  @Put(':id/photos/:slot')
  @WithTrackingCode()
  @ApiBearerAuth('trackingCode')
  @ApiConsumes('multipart/form-data')
  @ApiOperation({ summary: 'Thay ảnh bị trả lại · Replace a returned photo' })
  @ApiBody({ type: PhotoFileDto })
  @ApiOkResponse({ type: PhotoAnswerDto })
  @ApiProblems(
    'unauthenticated',
    'not-found',
    'invalid-state',
    'field-locked',
    'payload-too-large',
    'unsupported-media-type',
    'photo-rejected',
    'too-many-attempts',
  )
  amendPhoto(
    @Param('id') id: string,
    @Param('slot') slot: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PhotoAnswerDto> {
    const known = getSlot(slot);
    return receivePhoto(this.multipart, this.limits, request, response, (file) => this.declarations.amendPhoto(id, known, file));
  }

  @Post(':id/resubmission')
  @WithTrackingCode()
  @HttpCode(200)
  @ApiBearerAuth('trackingCode')
  @ApiOperation({ summary: 'Gửi lại sau khi sửa · Resubmit: same number, next revision' })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiOkResponse({ type: CitizenDeclarationDto })
  @ApiProblems(
    'unauthenticated',
    'invalid-state',
    'declaration-already-open',
    'validation-failed',
    'photo-rejected',
    'idempotency-key-reused',
    'too-many-attempts',
  )
  async resubmit(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CitizenDeclarationDto> {
    const { body, replayed } = await this.declarations.resubmit(id, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }

  @Post(':id/withdrawal')
  @WithTrackingCode()
  @HttpCode(200)
  @ApiBearerAuth('trackingCode')
  @ApiOperation({ summary: 'Rút tờ khai trước khi duyệt · Withdraw before approval; the number stays used' })
  @ApiHeader({ ...IDEMPOTENCY_KEY_HEADER, required: false })
  @ApiOkResponse({ type: CitizenDeclarationDto })
  @ApiProblems('unauthenticated', 'invalid-state', 'idempotency-key-reused')
  async withdraw(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<CitizenDeclarationDto> {
    const { body, replayed } = await this.declarations.withdraw(id, findIdempotencyKey(request));
    markReplay(response, replayed);
    return body;
  }
}
