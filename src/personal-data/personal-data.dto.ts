import { ApiProperty } from '@nestjs/swagger';

class HeldAccountDto {
  @ApiProperty({ example: '0397097379' })
  insuranceNumber!: string;

  @ApiProperty({ enum: ['CREDENTIALS_ISSUED', 'ACTIVE', 'LOCKED'] })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ description: 'Số lần cấp mật khẩu · How many times credentials were issued.' })
  credentialIssues!: number;
}

class HeldSessionDto {
  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ format: 'date-time' })
  refreshableUntil!: Date;
}

class HeldRevisionDto {
  @ApiProperty({ example: 1 })
  revision!: number;

  @ApiProperty({ format: 'date-time' })
  submittedAt!: Date;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Nội dung đã khai · The fields as they were sent.' })
  declared!: object;
}

class HeldPhotoDto {
  @ApiProperty({ enum: ['portrait', 'idFront', 'idBack'] })
  slot!: string;

  @ApiProperty({ description: 'SHA-256, hex, của ảnh đã gửi · of the bytes sent.' })
  sha256!: string;

  @ApiProperty()
  width!: number;

  @ApiProperty()
  height!: number;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: Date;

  @ApiProperty({ description: 'false: thay bằng ảnh khác · replaced by a later one.' })
  current!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^[01]{256}$',
    description: 'Ảnh trông thế nào từ xa · What it looks like from afar.',
  })
  perceptualHash!: string | null;
}

class HeldConsentDto {
  @ApiProperty({ example: 'data-processing' })
  purpose!: string;

  @ApiProperty({ example: '2021-04' })
  textVersion!: string;

  @ApiProperty({ format: 'date-time' })
  acceptedAt!: Date;

  @ApiProperty({ enum: ['tick', 'signed-form'], description: 'Đánh dấu, hoặc ký trên giấy · A tick, or a signature on paper.' })
  evidence!: string;
}

class HeldMessageDto {
  @ApiProperty({ example: 'credentials' })
  purpose!: string;

  @ApiProperty({ enum: ['sms', 'email'] })
  channel!: string;

  @ApiProperty({ type: String, nullable: true, example: '035****000', description: 'Che bớt sau khi gửi · Masked once sent.' })
  recipient!: string | null;

  @ApiProperty({ example: 'delivered' })
  state!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}

class ComparedByDto {
  @ApiProperty({ type: String, nullable: true, example: 'huynh thi minh' })
  name!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Theo cơ sở dữ liệu · As the registry knows it.' })
  birthDate!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 1965 })
  birthYear!: number | null;
}

class HeldDossierDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: '49631.GD/2021/03102' })
  dossierNumber!: string;

  @ApiProperty({ example: 'APPROVED' })
  status!: string;

  @ApiProperty({ format: 'date-time' })
  since!: Date;

  @ApiProperty({ format: 'date-time' })
  submittedAt!: Date;

  @ApiProperty({
    enum: ['online', 'counter'],
    description: 'Tự gửi, hoặc cán bộ nhập tại quầy · Sent oneself, or typed in at the counter.',
  })
  channel!: string;

  @ApiProperty({ enum: ['vi', 'en'] })
  language!: string;

  @ApiProperty({ example: '03102' })
  officeCode!: string;

  @ApiProperty({ example: '03102' })
  receivingOfficeCode!: string;

  @ApiProperty({ type: String, nullable: true })
  handlingOfficeCode!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'match', description: 'So với cơ sở dữ liệu · How it compared with the registry.' })
  registryMatch!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+84352153000', description: 'Số hiện tại · As it is now.' })
  phone!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Số mới, chờ xác nhận · Given at the counter, not confirmed yet.' })
  pendingPhone!: string | null;

  @ApiProperty({ type: ComparedByDto, nullable: true, description: 'Dùng để tìm hồ sơ trùng · By what duplicates are looked for.' })
  comparedBy!: ComparedByDto | null;

  @ApiProperty({ description: 'Số hồ sơ của người khác có điểm giống · How many dossiers of others are like it in something.' })
  alike!: number;

  @ApiProperty({ type: [String] })
  warnings!: string[];

  @ApiProperty({ type: [HeldRevisionDto] })
  revisions!: HeldRevisionDto[];

  @ApiProperty({ type: [HeldPhotoDto] })
  photos!: HeldPhotoDto[];

  @ApiProperty({ type: [HeldConsentDto] })
  consents!: HeldConsentDto[];

  @ApiProperty({ type: [HeldMessageDto] })
  messages!: HeldMessageDto[];
}

class RecordedByDto {
  @ApiProperty({ enum: ['citizen', 'staff', 'system', 'desk'] })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Cán bộ · The officer.' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true })
  officeCode!: string | null;
}

class RecordedStepDto {
  @ApiProperty({ format: 'date-time' })
  at!: Date;

  @ApiProperty({ example: 'view-photo' })
  action!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null: tài khoản · the account.' })
  dossierNumber!: string | null;

  @ApiProperty({ type: RecordedByDto })
  by!: RecordedByDto;
}

export class PersonalDataDto {
  @ApiProperty({ type: HeldAccountDto })
  account!: HeldAccountDto;

  @ApiProperty({ type: [HeldSessionDto] })
  sessions!: HeldSessionDto[];

  @ApiProperty({ type: [HeldDossierDto] })
  dossiers!: HeldDossierDto[];

  @ApiProperty({ description: 'Hồ sơ của người khác trên cùng mã số · Dossiers of others on the same number, not shown.' })
  dossiersOfOthers!: number;

  @ApiProperty({ type: [RecordedStepDto], description: 'Mọi bước và mọi lần xem · Every step and every view, oldest first.' })
  record!: RecordedStepDto[];
}
