import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { STAFF_ROLES, type StaffRole } from './rights.ts';

export class StaffLoginDto {
  @ApiProperty({ example: 'canbo.03102', maxLength: 64 })
  @MaxLength(64)
  @IsNotEmpty()
  @IsString()
  username!: string;

  @ApiProperty({ example: 'simulator-03102', maxLength: 128, format: 'password' })
  @MaxLength(128)
  @IsNotEmpty()
  @IsString()
  password!: string;
}

export class RefreshDto {
  @ApiProperty({ maxLength: 200, example: 'nCq0…' })
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  refreshToken!: string;
}

export class ChangePasswordDto {
  @ApiProperty({ maxLength: 128, format: 'password' })
  @MaxLength(128)
  @IsNotEmpty()
  @IsString()
  currentPassword!: string;

  @ApiProperty({ maxLength: 128, format: 'password' })
  @MaxLength(128)
  @IsNotEmpty()
  @IsString()
  newPassword!: string;
}

export class StaffProfileDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'canbo.03102' })
  username!: string;

  @ApiProperty({ example: 'Trần Thị Cán Bộ' })
  fullName!: string;

  @ApiProperty({ enum: STAFF_ROLES })
  role!: StaffRole;

  @ApiProperty({ type: String, nullable: true, example: '03102' })
  officeCode!: string | null;

  @ApiProperty({ description: 'Được giao duyệt hồ sơ · Named for approving.' })
  mayApprove!: boolean;
}

export class StaffSessionDto {
  @ApiProperty({ description: 'Opaque, 256 random bits.' })
  accessToken!: string;

  @ApiProperty({ example: 900, description: 'Seconds.' })
  expiresIn!: number;

  @ApiProperty()
  refreshToken!: string;

  @ApiProperty({ description: 'Mật khẩu do quản trị cấp: phải đổi trước · The password is an administrator’s: only its change is open.' })
  mustChangePassword!: boolean;

  @ApiProperty({ type: StaffProfileDto })
  staff!: StaffProfileDto;
}
