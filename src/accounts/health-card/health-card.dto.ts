import { ApiProperty } from '@nestjs/swagger';

export class HealthInsuranceCardDto {
  @ApiProperty({ example: '0397097379', description: 'Số thẻ · The insurance number, since April 2021.' })
  cardNumber!: string;

  @ApiProperty({ example: 'Huỳnh Thị Minh' })
  fullName!: string;

  @ApiProperty({ format: 'date', example: '1965-04-12' })
  dateOfBirth!: string;

  @ApiProperty({ enum: ['male', 'female'] })
  sex!: 'male' | 'female';

  @ApiProperty({ example: '31 - 011', description: 'Nơi đăng ký khám chữa bệnh ban đầu · Where first treatment is registered.' })
  hospital!: string;

  @ApiProperty({ format: 'date', example: '2021-04-01' })
  validFrom!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'null: không thời hạn · open.' })
  validTo!: string | null;

  @ApiProperty({ format: 'date', example: '2021-04-01' })
  issuedOn!: string;

  @ApiProperty({ example: '31020397097379', description: 'Mã quản lý · Province, office within it, insurance number.' })
  managementNumber!: string;

  @ApiProperty({ example: '4' })
  livingArea!: string;

  @ApiProperty({ format: 'date', example: '2026-01-01', description: 'Đủ 5 năm liên tục · Five continuous years are full.' })
  fiveYearsFrom!: string;

  @ApiProperty({ example: '4641c59ff02659c0-0000', description: 'Chuỗi kiểm tra · Opaque.' })
  checkString!: string;

  @ApiProperty({ example: '4', description: 'Mức hưởng · Level of the benefit.' })
  benefitLevel!: string;

  @ApiProperty({ example: 'Bảo hiểm xã hội Việt Nam (mô phỏng)' })
  placeOfIssue!: string;

  @ApiProperty({ description: 'Nội dung mã QR · What the QR code says; `POST /v1/qr/decode` reads it.' })
  qrPayload!: string;
}
