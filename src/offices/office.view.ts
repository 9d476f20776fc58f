import { ApiProperty } from '@nestjs/swagger';
import { CODE_STATUSES, OFFICE_LEVELS, type CodeStatus, type Office, type OfficeLevel } from './office.entity.ts';

/** An office as the API shows it. */
export class OfficeView {
  @ApiProperty({ description: 'Mã cơ quan BHXH · Office code', example: '03102', pattern: '^0\\d{4}$' })
  code!: string;

  @ApiProperty({ example: 'BHXH Quận Ngô Quyền' })
  name!: string;

  @ApiProperty({ description: 'Cấp tỉnh hoặc cấp huyện · Of a province or of a district', enum: OFFICE_LEVELS, example: 'district' })
  level!: OfficeLevel;

  @ApiProperty({ type: String, nullable: true, example: '02253826582' })
  phone!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Lô 20B, khu tái định cư ngã năm sân bay Cát Bi, phường Đằng Giang, quận Ngô Quyền, TP Hải Phòng',
  })
  address!: string | null;

  @ApiProperty({ example: '31' })
  provinceCode!: string;

  @ApiProperty({ type: String, nullable: true, example: '304', description: 'null: cơ quan cấp tỉnh · null for a province’s own office' })
  districtCode!: string | null;

  @ApiProperty({
    description:
      'Độ tin cậy của mã: danh sách này là danh sách mô phỏng · How sure the code is: this is the simulated office list, no complete official one being public',
    enum: CODE_STATUSES,
    example: 'verified',
  })
  codeStatus!: CodeStatus;

  @ApiProperty({ description: 'Còn tiếp nhận hồ sơ · Receives declarations', example: true })
  open!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Cơ quan kế thừa khi đã đóng, nếu biết · Who took over a closed office, where known',
  })
  successorCode!: string | null;
}

/** A page of offices. */
export class OfficePageView {
  @ApiProperty({ type: [OfficeView] })
  items!: OfficeView[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Trang sau; null ở trang cuối · Next page; null on the last one',
  })
  nextCursor!: string | null;
}

export function officeView(office: Office): OfficeView {
  const { code, name, level, phone, address, provinceCode, districtCode, codeStatus, open, successorCode } = office;
  return { code, name, level, phone, address, provinceCode, districtCode, codeStatus, open, successorCode };
}
