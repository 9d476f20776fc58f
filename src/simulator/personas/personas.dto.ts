import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ID_TYPES, type IdType } from '../../declarations/rules/id-number.rule.ts';
import { PAPERS, type Paper } from '../photo-lab/paper.ts';

const MATCHES = ['match', 'unknown-number', 'differs', 'differs-in-diacritics', 'deceased', 'minor'] as const;
const DIFFERENCES = ['fullName', 'fullName-diacritics', 'idNumber'] as const;

const FORM =
  'Có thể gửi nguyên như thế, trừ khi giấy tờ không còn được nhận · Can be sent as it is, unless the paper is accepted no longer: a CMND since 2025.';

export class ShowsDto {
  @ApiProperty()
  vi!: string;

  @ApiProperty()
  en!: string;
}

/** Which fields are in it, and how they are written, is the form's own affair: they can be sent as they are. */
export class FilledFormDto {
  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty({ example: 'Huỳnh Thị Minh' })
  fullName!: string;

  @ApiProperty({ example: '031165000123' })
  idNumber!: string;

  @ApiProperty({ enum: ID_TYPES })
  idType!: IdType;

  @ApiProperty({ example: '01' })
  provinceCode!: string;

  @ApiPropertyOptional({ example: '001', description: 'Không có từ 01/07/2025 · Absent where addresses have no districts.' })
  districtCode?: string;

  @ApiPropertyOptional({ example: '00001', description: 'Không có ở năm huyện đảo · Absent where the district has none.' })
  wardCode?: string;

  @ApiProperty()
  street!: string;

  @ApiProperty({ example: '0352153000' })
  phone!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;
}

class PhotoLinksDto {
  @ApiProperty({ example: '/_sim/photos/portrait?persona=huynh-thi-minh' })
  portrait!: string;

  @ApiProperty()
  idFront!: string;

  @ApiProperty()
  idBack!: string;
}

class RegistrySaysDto {
  @ApiProperty({ enum: MATCHES })
  match!: (typeof MATCHES)[number];

  @ApiProperty({ enum: DIFFERENCES, isArray: true })
  differences!: readonly (typeof DIFFERENCES)[number][];
}

export class PersonaDto {
  @ApiProperty({ example: 'huynh-thi-minh' })
  key!: string;

  @ApiProperty({ type: ShowsDto })
  shows!: ShowsDto;

  @ApiProperty({ type: FilledFormDto, description: FORM })
  form!: FilledFormDto;

  @ApiProperty({ format: 'date' })
  dateOfBirth!: string;

  @ApiProperty({ enum: ['male', 'female'] })
  sex!: 'male' | 'female';

  @ApiProperty({ description: 'Địa chỉ trong một dòng · The address in one line.' })
  address!: string;

  @ApiProperty({ enum: PAPERS })
  paper!: Paper;

  @ApiProperty({ type: RegistrySaysDto, description: 'Cơ sở dữ liệu nói gì về những điều kê khai · What the registry says to it.' })
  registry!: RegistrySaysDto;

  @ApiProperty({ type: PhotoLinksDto })
  photos!: PhotoLinksDto;
}

export class PersonasAnswer {
  @ApiProperty({ type: [PersonaDto] })
  items!: PersonaDto[];
}
