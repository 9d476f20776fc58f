import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { declaredLength } from '../platform/http/request-body.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Officer } from '../staff/officer.ts';
import { CurrentOfficer, StaffOnly } from '../staff/staff-only.decorator.ts';
import { ImportedDto, ImportQuery } from './office-admin.dto.ts';
import { OfficeTables } from './office-tables.service.ts';

/** Ten times the shipped list. */
const MOST_BYTES = 1024 * 1024;

@ApiTags('Quản trị · Administration')
@ApiBearerAuth('staff')
@Controller('v1/admin/offices')
export class OfficeTablesController {
  constructor(private readonly tables: OfficeTables) {}

  @Get('export')
  @StaffOnly('office.administer')
  @ApiProduces('text/csv')
  @ApiOperation({
    summary: 'Xuất danh sách ra CSV · The list as CSV',
    description: 'UTF-8 có BOM; nhập lại được · UTF-8 with a BOM; it can be imported again as it is.',
  })
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden')
  async export(@Query() _query: NoQuery, @Res() response: Response): Promise<void> {
    const csv = await this.tables.export();
    response.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="offices.csv"' }).send(csv);
  }

  @Post('import')
  @StaffOnly('office.administer')
  @HttpCode(200)
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOperation({
    summary: 'Nhập danh sách từ CSV · Take a CSV in',
    description:
      'Một dòng sai thì không ghi gì; mọi lỗi nằm ở /dòng/cột. Cơ quan không có trong tệp giữ nguyên · One faulty line and nothing is written; every fault is at /line/column. Offices that are not in the file stay as they are.',
  })
  @ApiOkResponse({ type: ImportedDto })
  @ApiProblems('malformed-request', 'unauthenticated', 'forbidden', 'payload-too-large', 'unsupported-media-type', 'validation-failed')
  async import(@Query() { dryRun }: ImportQuery, @CurrentOfficer() admin: Officer, @Req() request: Request): Promise<ImportedDto> {
    return this.tables.import(admin, await readText(request), dryRun === 'true');
  }
}

/** @throws Refusal `payload-too-large`, `malformed-request` for what is no UTF-8 */
async function readText(request: Request): Promise<string> {
  if (declaredLength(request) > MOST_BYTES) throw new Refusal('payload-too-large');
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The iterator's own way of stopping destroys the connection, and the refusal with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Refusal('payload-too-large');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Refusal('malformed-request');
  }
}
