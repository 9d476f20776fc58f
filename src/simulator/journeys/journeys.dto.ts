import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { STATUSES, type Status } from '../../declarations/status.rule.ts';
import { MayBeAbsent } from '../../platform/http/may-be-absent.decorator.ts';
import { StaffProfileDto } from '../../staff/staff-sessions.dto.ts';
import { InboxItemDto } from '../desk.dto.ts';
import { FilledFormDto, ShowsDto } from '../personas/personas.dto.ts';

export class JourneyWishDto {
  @ApiPropertyOptional({
    example: 'huynh-thi-minh',
    description: 'Mặc định: một người bất kỳ có mã số còn trống · By default somebody whose number is free.',
  })
  @MayBeAbsent()
  @MaxLength(60)
  @IsString()
  persona?: string;

  @ApiPropertyOptional({ example: '03102' })
  @MayBeAbsent()
  @Matches(/^0\d{4}$/)
  officeCode?: string;
}

class JourneyDto {
  @ApiProperty({ example: 'returned-photo' })
  name!: string;

  @ApiProperty({ type: ShowsDto })
  shows!: ShowsDto;

  @ApiProperty({ type: [String], example: ['submit', 'lease', 'return-photo'] })
  steps!: readonly string[];

  @ApiProperty({ enum: STATUSES })
  ends!: Status;

  @ApiProperty({ description: 'Đẩy đồng hồ của cả không gian làm việc · Moves the clock of the whole workspace.' })
  movesClock!: boolean;
}

export class JourneysAnswer {
  @ApiProperty({ type: [JourneyDto] })
  items!: JourneyDto[];
}

class SentFormDto extends FilledFormDto {
  @ApiPropertyOptional()
  emailCopy?: boolean;

  @ApiPropertyOptional()
  emailForNotices?: boolean;

  @ApiPropertyOptional()
  email?: string;

  @ApiProperty()
  commitmentAccepted!: true;

  @ApiProperty()
  dataProcessingAccepted!: true;
}

class PlayedCitizenDto {
  @ApiProperty()
  insuranceNumber!: string;

  @ApiProperty({ type: String, nullable: true })
  password!: string | null;

  @ApiProperty({ type: String, nullable: true })
  accessToken!: string | null;

  @ApiProperty({ type: String, nullable: true })
  refreshToken!: string | null;
}

class StaffAccessDto {
  @ApiProperty()
  accessToken!: string;

  @ApiProperty({ type: StaffProfileDto })
  staff!: StaffProfileDto;
}

class PlayedLeaseDto {
  @ApiProperty()
  leaseToken!: string;

  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;
}

/** Everything that the people of the journey know at its end. */
export class PlayedDto {
  @ApiProperty({ example: 'returned-photo' })
  name!: string;

  @ApiProperty({ type: [String] })
  steps!: readonly string[];

  @ApiProperty({ type: String, nullable: true })
  persona!: string | null;

  @ApiProperty({ format: 'uuid' })
  declarationId!: string;

  @ApiProperty({ type: String, nullable: true, example: '00001.GD/2026/03102' })
  dossierNumber!: string | null;

  @ApiProperty({ enum: STATUSES })
  status!: Status;

  @ApiProperty({ description: 'Cho If-Match · For If-Match, quoted.' })
  version!: number;

  @ApiProperty()
  revision!: number;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ type: SentFormDto })
  form!: SentFormDto;

  @ApiProperty({ type: String, nullable: true })
  trackingCode!: string | null;

  @ApiProperty({ type: String, nullable: true })
  draftToken!: string | null;

  @ApiProperty({ type: PlayedCitizenDto })
  citizen!: PlayedCitizenDto;

  @ApiProperty({ type: StaffAccessDto, description: 'Cán bộ của cơ quan đang giữ hồ sơ · A clerk of the office that has it.' })
  staff!: StaffAccessDto;

  @ApiProperty({ type: StaffAccessDto, nullable: true })
  secondStaff!: StaffAccessDto | null;

  @ApiProperty({ type: PlayedLeaseDto, nullable: true })
  lease!: PlayedLeaseDto | null;

  @ApiProperty({ type: PlayedLeaseDto, nullable: true, description: 'Đã mất hiệu lực · Dead.' })
  lostLease!: PlayedLeaseDto | null;

  @ApiProperty({ type: [InboxItemDto] })
  messages!: InboxItemDto[];
}
