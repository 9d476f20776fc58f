import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { AddressCandidate, MatchedAddress } from './address-match.ts';
import type { CitizenCardFields } from './citizen-card.payload.ts';
import type { HealthCardFields } from './health-card.payload.ts';

/** The largest QR code holds 2,953 bytes. */
const MOST_CHARACTERS = 3000;

const BIRTH = {
  example: '2003-09-15',
  pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$',
  description: 'YYYY-MM-DD; chỉ YYYY-MM hoặc YYYY khi thẻ chỉ ghi như vậy · YYYY-MM or YYYY where the card knows no more.',
};
const DAY = { example: '2021-01-01', pattern: BIRTH.pattern };
const SEX = { enum: ['male', 'female'], example: 'female' };

export class QrPayloadDto {
  @ApiProperty({
    maxLength: MOST_CHARACTERS,
    example: '031303999123|031999123|Nguyễn Thị Minh Ánh|15092003|Nữ|Số 484 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng|21062021',
    description: 'Nội dung mã QR, nguyên văn · The text of the QR code as it was scanned.',
  })
  @MaxLength(MOST_CHARACTERS)
  @IsNotEmpty()
  @IsString()
  payload!: string;
}

export class QrImageDto {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    description: 'Ảnh chụp mã QR, JPEG/PNG ≤ 10 MiB, ≤ 50 triệu điểm ảnh · A photo that shows the code, up to 50 megapixels.',
  })
  image!: unknown;
}

export class AddressCandidateDto implements AddressCandidate {
  @ApiProperty({ example: '01' })
  provinceCode!: string;

  @ApiPropertyOptional({ example: '018', description: 'Không có từ 1/7/2025 · Absent since 1 July 2025.' })
  districtCode?: string;

  @ApiPropertyOptional({ example: '00526' })
  wardCode?: string;

  @ApiProperty({ example: 'Thị trấn Yên Viên, Huyện Gia Lâm, Thành phố Hà Nội' })
  label!: string;
}

export class MatchedAddressDto implements MatchedAddress {
  @ApiPropertyOptional({ example: '31', description: 'Các mã chỉ có khi chắc chắn · The codes are there when certain.' })
  provinceCode?: string;

  @ApiPropertyOptional({ example: '304' })
  districtCode?: string;

  @ApiPropertyOptional({ example: '11359' })
  wardCode?: string;

  @ApiProperty({ example: 'Số 484 Lạch Tray', description: 'Phần còn lại, có thể rỗng · What is left, possibly empty.' })
  street!: string;

  @ApiPropertyOptional({
    type: [AddressCandidateDto],
    description: 'Khi chưa chắc chắn: để người dân chọn · Where it is not certain: for the citizen to choose from.',
  })
  candidates?: AddressCandidateDto[];
}

export class HealthCardFieldsDto implements HealthCardFields {
  @ApiProperty({ example: 'SV4310399900123', description: '15 ký tự, hoặc 10 chữ số từ 4/2021 · 10 digits since April 2021.' })
  cardNumber!: string;

  @ApiProperty({ example: '0399900123', description: 'Mã số BHXH · Insurance number.' })
  insuranceNumber!: string;

  @ApiProperty({ example: 'Nguyễn Thị Minh Ánh' })
  fullName!: string;

  @ApiProperty(BIRTH)
  dateOfBirth!: string;

  @ApiPropertyOptional(SEX)
  sex?: 'male' | 'female';

  @ApiPropertyOptional({ example: 'Số 484 Lạch Tray, Quận Ngô Quyền, Thành phố Hải Phòng' })
  address?: string;

  @ApiPropertyOptional({ example: '31 - 011', description: 'Nơi ĐKKCB ban đầu · Where first treatment is registered.' })
  hospital?: string;

  @ApiPropertyOptional(DAY)
  validFrom?: string;

  @ApiPropertyOptional({ ...DAY, description: 'Vắng mặt: không thời hạn · Absent: open.' })
  validTo?: string;

  @ApiPropertyOptional(DAY)
  issuedOn?: string;

  @ApiPropertyOptional({ example: '31020399900123', description: 'Mã quản lý · Management number.' })
  managementNumber?: string;

  @ApiPropertyOptional({ example: 'Trần Văn Hùng', description: 'Cha hoặc mẹ · Father or mother.' })
  parentName?: string;

  @ApiPropertyOptional({ example: '4', description: 'Mã khu vực sinh sống · Area of residence.' })
  livingArea?: string;

  @ApiPropertyOptional({ ...DAY, description: 'Thời điểm đủ 5 năm liên tục · When five continuous years are full.' })
  fiveYearsFrom?: string;

  @ApiPropertyOptional({ example: '15e89ac07ee85170-7102', description: 'Chuỗi kiểm tra · Check string, opaque.' })
  checkString?: string;

  @ApiPropertyOptional({ example: '4', description: 'Mức hưởng · Digit of the benefit.' })
  benefitLevel?: string;

  @ApiPropertyOptional({ example: 'Quận Ngô Quyền, Thành phố Hải Phòng', description: 'Nơi cấp, đổi thẻ · Place of issue.' })
  placeOfIssue?: string;
}

export class CitizenCardFieldsDto implements CitizenCardFields {
  @ApiProperty({ example: '031303999123', description: 'Số CCCD, số định danh · Personal ID number.' })
  idNumber!: string;

  @ApiPropertyOptional({ example: '031999123', description: 'Số CMND cũ, nếu có · Old identity card number, if any.' })
  oldIdNumber?: string;

  @ApiProperty({ example: 'Nguyễn Thị Minh Ánh' })
  fullName!: string;

  @ApiProperty(BIRTH)
  dateOfBirth!: string;

  @ApiProperty(SEX)
  sex!: 'male' | 'female';

  @ApiPropertyOptional({ example: 'Số 484 Lạch Tray, Đằng Giang, Ngô Quyền, Hải Phòng', description: 'Nơi thường trú · Residence.' })
  residence?: string;

  @ApiPropertyOptional(DAY)
  issuedOn?: string;
}

class ForTheFormDto {
  @ApiPropertyOptional({ example: '03102', description: 'Cơ quan BHXH gợi ý, còn tiếp nhận hồ sơ · An open office, as a suggestion.' })
  suggestedOfficeCode?: string;

  @ApiPropertyOptional({ type: MatchedAddressDto })
  address?: MatchedAddressDto;
}

export class HealthCardDto extends ForTheFormDto {
  @ApiProperty({ enum: ['health-insurance-card'] })
  kind!: 'health-insurance-card';

  @ApiProperty({ type: HealthCardFieldsDto })
  fields!: HealthCardFieldsDto;
}

export class CitizenCardDto extends ForTheFormDto {
  @ApiProperty({ enum: ['citizen-identity-card'] })
  kind!: 'citizen-identity-card';

  @ApiProperty({ type: CitizenCardFieldsDto })
  fields!: CitizenCardFieldsDto;
}
