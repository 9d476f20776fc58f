import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { REFUSALS, STATUS_OF_KIND, type RefusalCode } from '../refusal-catalogue.ts';
import { Refusal } from '../refusal.ts';
import { Public } from './access.decorator.ts';
import { ApiProblems } from './api-problems.decorator.ts';
import { INTERNAL_ERROR } from './problem.ts';

class ProblemSentence {
  @ApiProperty()
  title!: string;

  @ApiProperty()
  detail!: string;
}

class ProblemType {
  @ApiProperty({ example: 'declaration-already-open' })
  code!: string;

  @ApiProperty({ example: 409 })
  status!: number;

  @ApiProperty({ type: ProblemSentence })
  vi!: ProblemSentence;

  @ApiProperty({ type: ProblemSentence })
  en!: ProblemSentence;
}

/** Where the `type` of a problem document leads. */
@ApiTags('Lỗi · Problems')
@Controller('problems')
export class ProblemsController {
  @Get(':code')
  @Public()
  @ApiOperation({ summary: 'Giải thích một loại lỗi · What a problem type means' })
  @ApiOkResponse({ type: ProblemType })
  @ApiProblems('not-found')
  explain(@Param('code') code: string): ProblemType {
    if (code === INTERNAL_ERROR.code) return INTERNAL_ERROR;
    if (!Object.hasOwn(REFUSALS, code)) throw new Refusal('not-found');
    const { kind, vi, en } = REFUSALS[code as RefusalCode];
    return { code, status: STATUS_OF_KIND[kind], vi, en };
  }
}
