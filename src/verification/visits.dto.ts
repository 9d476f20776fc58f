import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class VisitDto {
  @ApiProperty({ example: '49631.GD/2021/03102', description: 'Số hồ sơ đầy đủ · The whole dossier number.' })
  @MaxLength(60)
  @IsNotEmpty()
  @IsString()
  dossierNumber!: string;

  @ApiProperty({ example: '031165000123', description: 'Số trên giấy tờ bản chính · The number on the original paper.' })
  @MaxLength(40)
  @IsNotEmpty()
  @IsString()
  idNumber!: string;
}

export class OpenedVisitDto {
  @ApiProperty({ format: 'uuid' })
  declarationId!: string;

  @ApiProperty({ format: 'date-time', description: 'Sau đó chỉ khi đang giữ hồ sơ · From then on only while it is leased.' })
  until!: string;
}
