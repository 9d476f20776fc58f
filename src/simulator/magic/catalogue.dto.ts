import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FAULT_AREAS, FAULT_NAMES, type FaultArea, type FaultName } from '../faults/fault-catalogue.ts';
import { MAGIC_FIELDS, type MagicField } from './magic-values.ts';

export class BothLanguages {
  @ApiProperty()
  vi!: string;

  @ApiProperty()
  en!: string;
}

class BoundFaultDto {
  @ApiProperty({ enum: FAULT_NAMES })
  name!: FaultName;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  parameters!: Record<string, number>;
}

class MagicOutcomeDto {
  @ApiPropertyOptional({ example: 'permanent-failure', description: 'Trạng thái cuối của tin · The state in which the message rests.' })
  messageState?: string;

  @ApiPropertyOptional({ description: 'Số lần tin đến nơi · How often it arrives.' })
  arrives?: number;

  @ApiPropertyOptional({ example: 201, description: 'Trả lời cho tờ khai · The answer to the declaration.' })
  status?: number;

  @ApiPropertyOptional({ type: [String] })
  warnings?: string[];

  @ApiPropertyOptional({ example: 'validation-failed' })
  code?: string;

  @ApiPropertyOptional({ example: 'office-closed' })
  fault?: string;
}

class MagicValueDto {
  @ApiProperty({ enum: MAGIC_FIELDS })
  field!: MagicField;

  @ApiProperty({ example: '0352153901' })
  value!: string;

  @ApiProperty()
  does!: BothLanguages;

  @ApiProperty()
  outcome!: MagicOutcomeDto;

  @ApiPropertyOptional()
  fault?: BoundFaultDto;
}

class MagicPersonDto {
  @ApiProperty({ example: 'huynh-thi-minh' })
  persona!: string;

  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty()
  idNumber!: string;

  @ApiProperty()
  fullName!: string;

  @ApiProperty()
  does!: BothLanguages;
}

export class FaultParameterDto {
  @ApiProperty()
  byDefault!: number;

  @ApiProperty()
  least!: number;

  @ApiProperty()
  most!: number;
}

class FaultDescriptionDto {
  @ApiProperty({ enum: FAULT_NAMES })
  name!: FaultName;

  @ApiProperty({ enum: FAULT_AREAS })
  area!: FaultArea;

  @ApiProperty()
  does!: BothLanguages;

  @ApiProperty()
  leadsTo!: BothLanguages;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: '#/components/schemas/FaultParameterDto' } })
  parameters!: Record<string, FaultParameterDto>;

  @ApiProperty({ description: 'Dùng được trong tiêu đề Sim-Fault · Whether `Sim-Fault` takes it.' })
  byHeader!: boolean;
}

export class CatalogueAnswer {
  @ApiProperty({ type: [MagicValueDto] })
  values!: MagicValueDto[];

  @ApiProperty({ type: [MagicPersonDto] })
  people!: MagicPersonDto[];

  @ApiProperty({ type: [FaultDescriptionDto] })
  faults!: FaultDescriptionDto[];
}
