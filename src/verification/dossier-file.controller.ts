import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import type { Officer } from '../staff/officer.ts';
import { inOffice } from './dossier-access.ts';
import { DossierFileDto } from './dossier-file.dto.ts';
import { DossierFiles, type DossierFile } from './dossier-file.service.ts';

@ApiTags('Cán bộ · Staff')
@ApiBearerAuth('staff')
@Controller('v1/staff/declarations/:id/file')
export class DossierFileController {
  constructor(private readonly files: DossierFiles) {}

  @Get()
  @StaffOnly('dossier.view')
  @ApiOperation({
    summary: 'Tải nhật ký hồ sơ để kiểm tra · The dossier’s file: history with hashes, messages, photos’ hashes',
    description:
      'Kiểm tra không cần cơ sở dữ liệu: `npm run audit:check -- FILE`. Không chứa nội dung đã khai. · Can be checked without a database; holds nothing that was declared.',
  })
  @ApiOkResponse({ type: DossierFileDto })
  @ApiProblems('unauthenticated', 'forbidden', 'not-found')
  async file(
    @Param('id') id: string,
    @CurrentOfficer() officer: Officer,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DossierFile> {
    const file = await this.files.write(inOffice(officer), id);
    response.setHeader('Content-Disposition', `attachment; filename="ho-so-${id}.json"`);
    return file;
  }
}
