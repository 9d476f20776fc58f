import { ApiProperty, ApiPropertyOptional, type ApiBodyOptions } from '@nestjs/swagger';
import { FAULT_AREAS, FAULT_NAMES, FAULTS, type FaultArea, type FaultName, type FaultParameter } from './fault-catalogue.ts';

const whole = ({ byDefault, least, most }: FaultParameter) => ({ type: 'integer', default: byDefault, minimum: least, maximum: most });

function wishSchema(parameters: Readonly<Record<string, FaultParameter>>) {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      count: { type: 'integer', minimum: 1, maximum: 1_000_000 },
      probability: { type: 'number', exclusiveMinimum: true, minimum: 0, maximum: 1 },
      seed: { type: 'integer', minimum: 0, default: 0 },
      skip: { type: 'integer', minimum: 0, default: 0 },
      ...Object.fromEntries(Object.entries(parameters).map(([name, rule]) => [name, whole(rule)])),
    },
  };
}

/** The body of `PUT /_sim/faults`, made from the catalogue: one member per fault, each with a count or a probability. */
export const FAULTS_BODY = {
  required: true,
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(FAULT_NAMES.map((name) => [name, wishSchema(FAULTS[name].parameters)])),
    example: { 'sms-5xx': { count: 2, status: 502 }, 'http-slow-before-commit': { probability: 0.1, seed: 7, milliseconds: 200 } },
  },
} as ApiBodyOptions;

export class FaultStateDto {
  @ApiProperty({ enum: FAULT_NAMES })
  name!: FaultName;

  @ApiProperty({ enum: FAULT_AREAS })
  area!: FaultArea;

  @ApiPropertyOptional({ description: 'Số lần liên tiếp · Times in a row.' })
  count?: number;

  @ApiPropertyOptional({ description: 'Số lần còn lại · How often it will still strike.' })
  left?: number;

  @ApiPropertyOptional()
  probability?: number;

  @ApiPropertyOptional()
  seed?: number;

  @ApiProperty({ description: 'Số dịp bỏ qua trước · Occasions that pass by first.' })
  skip!: number;

  @ApiProperty({ description: 'Số dịp đã gặp · Occasions so far.' })
  met!: number;

  @ApiProperty({ description: 'Số dịp đã xảy ra lỗi · Occasions at which it struck.' })
  hits!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { status: 502 } })
  parameters!: Record<string, number>;
}

export class FaultsAnswer {
  @ApiProperty({ type: [FaultStateDto] })
  faults!: FaultStateDto[];
}
