import { Controller, Get, Query } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { FAULT_NAMES, FAULTS, strikesRequests } from '../faults/fault-catalogue.ts';
import { CatalogueAnswer, FaultParameterDto } from './catalogue.dto.ts';
import { MAGIC_PEOPLE, MAGIC_VALUES } from './magic-values.ts';

const CATALOGUE = {
  values: MAGIC_VALUES,
  people: MAGIC_PEOPLE,
  faults: FAULT_NAMES.map((name) => ({ name, ...FAULTS[name], byHeader: strikesRequests(name) })),
} as unknown as CatalogueAnswer;

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@ApiExtraModels(FaultParameterDto)
@Controller('_sim/catalogue')
export class DeskCatalogueController {
  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Giá trị đặc biệt và các lỗi · Magic values, people and faults, and what each does' })
  @ApiOkResponse({ type: CatalogueAnswer })
  @ApiProblems('simulator-key-required')
  catalogue(@Query() _query: NoQuery): CatalogueAnswer {
    return CATALOGUE;
  }
}
