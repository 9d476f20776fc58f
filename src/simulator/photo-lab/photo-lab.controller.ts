import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { PHOTO_SLOTS } from '../../photos/photo-slot.ts';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { Refusal } from '../../platform/refusal.ts';
import { DeskPersonas } from '../personas/personas.service.ts';
import { PhotoWish } from './photo-lab.dto.ts';
import { PhotoLab } from './photo-lab.service.ts';
import { subjectOf, WORST, type PhotoOrder } from './photo-lab.ts';
import { expectedOf, GRADES } from './photo-truth.ts';

const TRUTH_HEADER = 'Sim-Photo-Truth';

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/photos')
export class DeskPhotosController {
  constructor(
    private readonly lab: PhotoLab,
    private readonly personas: DeskPersonas,
  ) {}

  @Get(':slot')
  @DeskOnly()
  @ApiProduces('image/jpeg')
  @ApiParam({ name: 'slot', enum: PHOTO_SLOTS })
  @ApiOperation({
    summary: 'Ảnh giả lập · An invented photo, marked SYNTHETIC',
    description:
      'Mặt trước CCCD có mã QR đọc được. Header Sim-Photo-Truth nói ảnh là gì và cổng ảnh sẽ nói gì · The front of a chip card has a code ' +
      'that can be read. The header Sim-Photo-Truth says what the photo is and what the photo gate will say of it.',
  })
  @ApiOkResponse({
    schema: { type: 'string', format: 'binary' },
    headers: {
      [TRUTH_HEADER]: {
        description: 'JSON in ASCII: slot, paper, persona, seed, defect, grade, expected, codes, qr',
        schema: { type: 'string' },
      },
    },
  })
  @ApiProblems('simulator-key-required', 'malformed-request', 'not-found')
  async photo(@Param('slot') slot: string, @Query() wish: PhotoWish, @Res() response: Response): Promise<void> {
    const known = PHOTO_SLOTS.find((name) => name === slot);
    const persona = wish.persona === undefined ? undefined : await this.personas.find(wish.persona);
    if (!known || (wish.persona !== undefined && !persona)) throw new Refusal('not-found');
    if (wish.grade !== undefined && wish.defect === undefined)
      throw new Refusal('malformed-request', { errors: [{ pointer: '/defect', code: 'required' }] });
    const order: PhotoOrder = {
      slot: known,
      seed: wish.seed ?? '1',
      paper: wish.paper,
      defect: wish.defect,
      grade: GRADES.find((grade) => String(grade) === wish.grade),
      persona: persona && this.personas.sitter(persona),
    };
    const jpeg = await this.lab.photo(order);
    response.set({ 'Content-Type': 'image/jpeg', 'Cache-Control': 'no-store', [TRUTH_HEADER]: truthOf(order, wish.persona) }).end(jpeg);
  }
}

/** The ground truth as JSON that a header can hold. */
function truthOf(order: PhotoOrder, persona: string | undefined): string {
  const { slot, seed, defect, grade = WORST } = order;
  const { paper, code } = subjectOf(order);
  const truth = {
    slot,
    paper: slot === 'portrait' ? null : paper,
    persona: persona ?? null,
    seed,
    defect: defect ?? null,
    grade: defect === undefined ? null : grade,
    ...expectedOf(slot, defect, grade),
    qr: code === undefined ? null : 'citizen-identity-card',
  };
  return JSON.stringify(truth).replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
