import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';

const MOST_REASON = 500;

class TypedPhone {
  @ApiProperty({ example: '0352153111', maxLength: 40 })
  @MaxLength(40)
  @IsNotEmpty()
  @IsString()
  phone!: string;
}

export class PhoneChangeDto extends TypedPhone {
  @ApiProperty({ maxLength: MOST_REASON, example: 'Mất điện thoại', description: 'Cho cán bộ khác đọc · For other officers to read.' })
  @MaxLength(MOST_REASON)
  @Matches(/\S/)
  @IsNotEmpty()
  @IsString()
  reason!: string;
}

/** Asked of the person and typed in again by the second officer. */
export class PhoneConfirmationDto extends TypedPhone {}

export class PendingPhoneDto {
  @ApiProperty({ example: '+84352153111', description: 'E.164' })
  phone!: string;

  @ApiProperty({ example: 'Trần Văn Bình' })
  proposedBy!: string;

  @ApiProperty({ format: 'date-time' })
  proposedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Sau đó đề nghị hết hiệu lực · Then the proposal is dead.' })
  until!: string;
}
