import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsNumber, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../platform/http/may-be-absent.decorator.ts';
import { PROFILE_CHOICES, type ProfileChoice } from '../../platform/process-profile.ts';
import { WORKSPACE_NAME } from './workspace.store.ts';

const NAME = { pattern: WORKSPACE_NAME.source, example: 'gio-hanh-chinh' };

export class WorkspaceWishDto {
  @ApiPropertyOptional({ ...NAME, description: 'Không nêu thì được đặt tên · Left out, it is given one.' })
  @MayBeAbsent()
  @Matches(WORKSPACE_NAME)
  name?: string;

  @ApiPropertyOptional({ enum: PROFILE_CHOICES })
  @MayBeAbsent()
  @IsIn(PROFILE_CHOICES)
  profile?: ProfileChoice;

  @ApiPropertyOptional({
    oneOf: [
      { type: 'string', pattern: '^[!-~]{1,100}$' },
      { type: 'integer', minimum: 0 },
    ],
    example: 'bo-kiem-thu-7',
    description:
      'Cùng seed và cùng thứ tự lời gọi cho cùng kết quả; đồng hồ đứng yên · The same seed and the same calls in the same order give the same numbers, ids, passwords and times; the clock stands still at the profile’s first working morning.',
  })
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : value))
  @Matches(/^[!-~]{1,100}$/)
  seed?: string;

  @ApiPropertyOptional({ ...NAME, description: 'Sao chép từ không gian này · Copy this workspace, with its dossiers and photos.' })
  @MayBeAbsent()
  @Matches(WORKSPACE_NAME)
  fork?: string;

  @ApiPropertyOptional({ description: 'Nhân các giới hạn tần suất · Multiplies the volume limits.', minimum: 0.001, maximum: 1_000_000 })
  @MayBeAbsent()
  @IsNumber()
  @Min(0.001)
  @Max(1_000_000)
  rateLimitFactor?: number;
}

export class WorkspaceDto {
  @ApiProperty(NAME)
  name!: string;

  @ApiProperty({ format: 'uri', description: 'Đường dẫn gốc của không gian · The workspace’s base URL, instead of X-Workspace.' })
  baseUrl!: string;

  @ApiProperty({ enum: PROFILE_CHOICES, nullable: true, type: String, description: 'null = theo máy chủ · the server’s' })
  profile!: ProfileChoice | null;

  @ApiProperty({ type: String, nullable: true })
  seed!: string | null;

  @ApiProperty({ type: String, nullable: true })
  forkOf!: string | null;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export class WorkspaceList {
  @ApiProperty({ type: [WorkspaceDto] })
  items!: WorkspaceDto[];
}
