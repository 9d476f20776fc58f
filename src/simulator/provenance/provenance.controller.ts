import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { packageRoot } from '../../platform/package-root.ts';

const ORIGINS = ['public', 'inferred', 'decided'];

class OriginDto {
  @ApiProperty({ enum: ORIGINS })
  origin!: string;

  @ApiProperty({ example: 'high' })
  confidence!: string;

  @ApiProperty()
  means!: string;
}

class RuleOriginDto {
  @ApiProperty({ example: 'declarations/rules/phone.rule.ts#checkPhone' })
  rule!: string;

  @ApiProperty()
  statement!: string;

  @ApiProperty({ enum: ORIGINS })
  origin!: string;

  @ApiProperty({ example: 'high' })
  confidence!: string;
}

class ProvenanceAnswer {
  @ApiProperty({ type: [OriginDto] })
  origins!: OriginDto[];

  @ApiProperty({ type: [RuleOriginDto] })
  rules!: RuleOriginDto[];
}

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/provenance')
export class ProvenanceController {
  private answer: ProvenanceAnswer | undefined;

  @Get()
  @DeskOnly()
  @ApiOperation({
    summary: 'Nguồn gốc từng quy tắc · Where every rule comes from',
    description: 'Công khai, suy ra hay tự quyết · From a public source, inferred from samples, or decided for this project.',
  })
  @ApiOkResponse({ type: ProvenanceAnswer })
  @ApiProblems('simulator-key-required')
  provenance(@Query() _query: NoQuery): ProvenanceAnswer {
    return (this.answer ??= JSON.parse(readFileSync(join(packageRoot(), 'docs', 'provenance.json'), 'utf8')) as ProvenanceAnswer);
  }
}
