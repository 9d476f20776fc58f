import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../platform/http/may-be-absent.decorator.ts';
import { STAFF_ROLES, type StaffRole } from '../staff/rights.ts';
import { USERNAME } from '../staff/staff-names.ts';
import { PageQuery } from './page-query.dto.ts';

const MOST_NAME = 100;
const OFFICE_CODE = /^0\d{4}$/;

export class StaffListQuery extends PageQuery {
  @ApiPropertyOptional({ example: '03102' })
  @MayBeAbsent()
  @Matches(OFFICE_CODE)
  officeCode?: string;

  @ApiPropertyOptional({ enum: STAFF_ROLES })
  @MayBeAbsent()
  @IsIn(STAFF_ROLES)
  role?: StaffRole;

  @ApiPropertyOptional({ enum: ['true', 'false'] })
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  active?: 'true' | 'false';

  @ApiPropertyOptional({
    maxLength: MOST_NAME,
    example: 'thu cuc',
    description: 'Họ tên không cần dấu, hoặc đầu tên đăng nhập · A name without diacritics, or how a username begins.',
  })
  @MayBeAbsent()
  @MaxLength(MOST_NAME)
  @IsString()
  q?: string;
}

export class NewStaffDto {
  @ApiProperty({ example: 'canbo5.03102', pattern: USERNAME.source })
  @Matches(USERNAME)
  username!: string;

  @ApiProperty({ example: 'Mai Thị Cán', maxLength: MOST_NAME })
  @MaxLength(MOST_NAME)
  @IsString()
  fullName!: string;

  @ApiProperty({ enum: STAFF_ROLES })
  @IsIn(STAFF_ROLES)
  role!: StaffRole;

  @ApiPropertyOptional({ type: String, nullable: true, example: '03102', description: 'Không có với quản trị · None for an admin.' })
  @IsOptional()
  @MaxLength(10)
  @IsString()
  officeCode?: string | null;

  @ApiPropertyOptional({ default: false, description: 'Được giao duyệt hồ sơ · Named for approving.' })
  @MayBeAbsent()
  @IsBoolean()
  mayApprove?: boolean;
}

/** A merge patch: what is left out stays; null takes the office away, as from somebody who becomes an admin. */
export class StaffPatchDto {
  @ApiPropertyOptional({ maxLength: MOST_NAME })
  @MayBeAbsent()
  @MaxLength(MOST_NAME)
  @IsString()
  fullName?: string;

  @ApiPropertyOptional({ enum: STAFF_ROLES })
  @MayBeAbsent()
  @IsIn(STAFF_ROLES)
  role?: StaffRole;

  @ApiPropertyOptional({ type: String, nullable: true, example: '03103', description: 'Chuyển cơ quan · A move.' })
  @IsOptional()
  @MaxLength(10)
  @IsString()
  officeCode?: string | null;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @IsBoolean()
  mayApprove?: boolean;

  @ApiPropertyOptional({ description: 'false: ngừng hoạt động, hiệu lực ở yêu cầu kế tiếp · Deactivated as of the next request.' })
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

export class StaffMemberDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'canbo.03102' })
  username!: string;

  @ApiProperty({ example: 'Trần Thị Thu Cúc' })
  fullName!: string;

  @ApiProperty({ enum: STAFF_ROLES })
  role!: StaffRole;

  @ApiProperty({ type: String, nullable: true, example: '03102' })
  officeCode!: string | null;

  @ApiProperty()
  mayApprove!: boolean;

  @ApiProperty()
  active!: boolean;

  @ApiProperty({ description: 'Chưa đổi mật khẩu được cấp · Has not changed the password that was issued.' })
  mustChangePassword!: boolean;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ description: 'Cho If-Match · For If-Match.', example: 1 })
  version!: number;
}

export class StaffPageDto {
  @ApiProperty({ type: [StaffMemberDto] })
  items!: StaffMemberDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

const ONE_TIME = {
  example: '7k2m-9qxv-4tbc-w3hd',
  description: 'Chỉ hiện một lần, phải đổi khi đăng nhập · Shown once, never e-mailed; to be changed at the first log-in.',
};

export class CreatedStaffDto extends StaffMemberDto {
  @ApiProperty(ONE_TIME)
  oneTimePassword!: string;
}

export class OneTimePasswordDto {
  @ApiProperty(ONE_TIME)
  oneTimePassword!: string;
}
