import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { OneShotDto } from '../../declarations/declarations.dto.ts';

class AtOwnOfficeDto {
  @ApiPropertyOptional({
    example: '03102',
    description: 'Mặc định: cơ quan của cán bộ; không nhận cơ quan khác · The officer’s own office, and no other.',
  })
  officeCode?: string;

  @ApiProperty({ description: 'Người khai đã ký cam đoan trên tờ khai giấy · The person has signed it on paper; must be true.' })
  commitmentAccepted!: boolean;

  @ApiProperty({ description: 'Người khai đã ký đồng ý xử lý dữ liệu trên tờ khai giấy · Signed on paper as well; must be true.' })
  dataProcessingAccepted!: boolean;
}

/** The citizen's form, with what an officer may leave out. */
export class WalkInDto extends IntersectionType(
  OmitType(OneShotDto, ['officeCode', 'commitmentAccepted', 'dataProcessingAccepted']),
  AtOwnOfficeDto,
) {}
