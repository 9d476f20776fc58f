import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PHOTO_DEFECTS, type PhotoDefect } from './defects.ts';
import { PAPERS, type Paper } from './paper.ts';

const GRADE_NAMES = ['1', '2', '3'] as const;

export class PhotoWish {
  @ApiPropertyOptional({ example: 'huynh-thi-minh', description: 'Một người của `GET /_sim/personas` · One of `GET /_sim/personas`.' })
  @IsOptional()
  @MaxLength(60)
  @IsString()
  persona?: string;

  @ApiPropertyOptional({ enum: PAPERS, description: 'Mặc định theo số giấy tờ · By default the paper of the person’s number.' })
  @IsOptional()
  @IsIn(PAPERS)
  paper?: Paper;

  @ApiPropertyOptional({ enum: PHOTO_DEFECTS })
  @IsOptional()
  @IsIn(PHOTO_DEFECTS)
  defect?: PhotoDefect;

  @ApiPropertyOptional({ enum: GRADE_NAMES, default: '3', description: '1 nhẹ, 3 nặng nhất · 1 hardly to be seen, 3 as bad as it gets.' })
  @IsOptional()
  @IsIn(GRADE_NAMES)
  grade?: (typeof GRADE_NAMES)[number];

  @ApiPropertyOptional({ example: '1', default: '1', description: 'Cùng seed thì cùng ảnh · Same seed, same bytes.' })
  @IsOptional()
  @MaxLength(60)
  @IsString()
  seed?: string;
}
