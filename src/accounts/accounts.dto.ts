import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class CitizenLoginDto {
  @ApiProperty({ example: '0397097379', maxLength: 20, description: 'Mã số BHXH · The insurance number, which is the login name.' })
  @MaxLength(20)
  @IsNotEmpty()
  @IsString()
  insuranceNumber!: string;

  @ApiProperty({ maxLength: 200, format: 'password', example: 'K7mQ2xWv9R' })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  password!: string;
}

export class CitizenRefreshDto {
  @ApiProperty({ maxLength: 200 })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  refreshToken!: string;
}

export class CitizenPasswordDto {
  @ApiProperty({ maxLength: 200, format: 'password' })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  currentPassword!: string;

  @ApiProperty({ maxLength: 200, format: 'password', description: 'Từ 8 ký tự · 8 characters or more.' })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  newPassword!: string;
}

export class CitizenSessionDto {
  @ApiProperty({ description: 'Opaque, 256 random bits.' })
  accessToken!: string;

  @ApiProperty({ example: 900, description: 'Seconds.' })
  expiresIn!: number;

  @ApiProperty()
  refreshToken!: string;

  @ApiProperty({ description: 'Phải đổi mật khẩu trước · Nothing else answers before the first password is replaced.' })
  mustChangePassword!: boolean;
}

class ProfileOfficeDto {
  @ApiProperty({ example: '03102' })
  code!: string;

  @ApiProperty({ example: 'BHXH Quận Ngô Quyền' })
  name!: string;
}

export class ProfileDto {
  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty({ example: 'Huỳnh Thị Minh' })
  fullName!: string;

  @ApiProperty({ example: '031165000123' })
  idNumber!: string;

  @ApiProperty({ example: '+84352153000' })
  phone!: string;

  @ApiProperty({ type: String, nullable: true })
  email!: string | null;

  @ApiProperty({ enum: ['CREDENTIALS_ISSUED', 'ACTIVE', 'LOCKED'] })
  state!: 'CREDENTIALS_ISSUED' | 'ACTIVE' | 'LOCKED';

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty({ type: ProfileOfficeDto })
  office!: ProfileOfficeDto;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}
