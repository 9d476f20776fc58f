import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../../platform/http/may-be-absent.decorator.ts';
import { GHOST_MOMENTS, GHOST_SCRIPT_NAMES, type GhostAct, type GhostMoment, type GhostScriptName } from './ghost-scripts.ts';

export class GhostWishDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Một trong hai · This, or the dossier’s number.' })
  @MayBeAbsent()
  @IsUUID()
  declarationId?: string;

  @ApiPropertyOptional({ example: '00001.GD/2026/03102' })
  @MayBeAbsent()
  @MaxLength(60)
  @IsString()
  dossierNumber?: string;

  @ApiProperty({ enum: GHOST_SCRIPT_NAMES })
  @IsIn(GHOST_SCRIPT_NAMES)
  script!: GhostScriptName;

  @ApiProperty({ enum: GHOST_MOMENTS })
  @IsIn(GHOST_MOMENTS)
  when!: GhostMoment;
}

class GhostActDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, example: 'lease' })
  act!: GhostAct;

  @ApiProperty({ example: 'done', description: '`done` hoặc mã từ chối · `done`, or the code of the refusal.' })
  outcome!: string;
}

export class GhostDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid' })
  declarationId!: string;

  @ApiProperty({ enum: GHOST_SCRIPT_NAMES })
  script!: GhostScriptName;

  @ApiProperty({ enum: GHOST_MOMENTS })
  when!: GhostMoment;

  @ApiProperty({ enum: ['waiting', 'acting', 'done', 'refused'] })
  state!: 'waiting' | 'acting' | 'done' | 'refused';

  @ApiProperty({ type: [GhostActDto] })
  acts!: GhostActDto[];
}

export class GhostsAnswer {
  @ApiProperty({ type: [GhostDto] })
  items!: GhostDto[];
}
