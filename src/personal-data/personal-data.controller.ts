import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCitizen, type Citizen } from '../accounts/citizen.ts';
import { CitizenOnly } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { PersonalDataDto } from './personal-data.dto.ts';
import { PersonalData, type HeldAboutMe } from './personal-data.service.ts';

@ApiTags('Tài khoản · Account')
@ApiBearerAuth('citizen')
@Controller('v1/me/data')
export class PersonalDataController {
  constructor(private readonly personalData: PersonalData) {}

  @Get()
  @CitizenOnly()
  @ApiOperation({
    summary: 'Mọi dữ liệu về tôi và ai đã xem · Everything held about me, and who looked at it',
    description:
      'Gồm tài khoản, hồ sơ và các lần gửi, ảnh, sự đồng ý, tin nhắn, nhật ký. · The account, dossiers with every revision, photos, consents, messages and the record. Also declarations by others on the same insurance number are counted, but not shown.',
  })
  @ApiOkResponse({ type: PersonalDataDto })
  @ApiProblems('password-change-required', 'too-many-attempts')
  data(@CurrentCitizen() citizen: Citizen): Promise<HeldAboutMe> {
    return this.personalData.heldAbout(citizen);
  }
}
