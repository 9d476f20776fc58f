import { ApiProperty } from '@nestjs/swagger';

/** A province, district or ward as the API shows it. */
export class PlaceView {
  @ApiProperty({ description: 'Mã của Tổng cục Thống kê (2, 3 hoặc 5 chữ số) · Code of the General Statistics Office', example: '304' })
  code!: string;

  @ApiProperty({ description: 'Tên gọi, không kèm cấp hành chính · Name without the unit word', example: 'Ngô Quyền' })
  name!: string;

  @ApiProperty({ description: 'Tên đầy đủ · Name with the unit word', example: 'Quận Ngô Quyền' })
  fullName!: string;
}
