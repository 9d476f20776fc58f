import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { sendPrepared, type PreparedJson } from '../platform/http/prepared-json.ts';
import { ProcessRules } from '../platform/process-rules.ts';
import { PlaceView } from './place.view.ts';
import { PlaceSets, type AddressPlaces } from './place-sets.ts';

/** The lists change with a release of this program only. */
const AN_HOUR = 'public, max-age=3600';
const UNCHANGED = { description: 'Không thay đổi so với ETag trong If-None-Match · Unchanged since the ETag of If-None-Match' };

@ApiTags('Danh mục · Reference data')
@Controller('v1/places')
export class PlacesController {
  constructor(
    private readonly places: PlaceSets,
    private readonly rules: ProcessRules,
  ) {}

  @Get('provinces')
  @Public()
  @ApiOperation({
    summary: 'Danh mục tỉnh, thành phố · Provinces',
    description: '63 của năm 2021; từ hồ sơ quy trình 2025-07: 34 · The 63 of 2021; from process profile 2025-07 on the 34 of today.',
  })
  @ApiOkResponse({
    type: [PlaceView],
    description: 'Tất cả, theo mã · All of them, by code',
    example: [{ code: '31', name: 'Hải Phòng', fullName: 'Thành phố Hải Phòng' }],
  })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request')
  provinces(@Query() _query: NoQuery, @Res() response: Response): Promise<void> {
    return this.send(response, (places) => places.provinceList());
  }

  @Get('provinces/:code/districts')
  @Public()
  @ApiOperation({
    summary: 'Danh mục quận, huyện của một tỉnh · Districts of a province',
    description: 'Từ 1/7/2025 không còn cấp huyện: danh sách rỗng · There are none since 1 July 2025: an empty list.',
  })
  @ApiParam({ name: 'code', description: 'Mã tỉnh · Province code', example: '31' })
  @ApiOkResponse({
    type: [PlaceView],
    description: 'Tất cả, theo mã · All of them, by code',
    example: [{ code: '304', name: 'Ngô Quyền', fullName: 'Quận Ngô Quyền' }],
  })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request', 'not-found')
  districts(@Param('code') provinceCode: string, @Query() _query: NoQuery, @Res() response: Response): Promise<void> {
    return this.send(response, (places) => places.districtList(provinceCode));
  }

  @Get('provinces/:code/wards')
  @Public()
  @ApiOperation({
    summary: 'Danh mục phường, xã, đặc khu của một tỉnh · Wards of a province',
    description: 'Địa chỉ hai cấp, từ 1/7/2025; trước đó: 404 · For two-tier addresses, since 1 July 2025; before: 404.',
  })
  @ApiParam({ name: 'code', description: 'Mã tỉnh · Province code', example: '31' })
  @ApiOkResponse({
    type: [PlaceView],
    description: 'Tất cả, theo mã · All of them, by code',
    example: [{ code: '11359', name: 'Gia Viên', fullName: 'Phường Gia Viên' }],
  })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request', 'not-found')
  wardsOfProvince(@Param('code') provinceCode: string, @Query() _query: NoQuery, @Res() response: Response): Promise<void> {
    return this.send(response, (places) => places.wardListOfProvince(provinceCode));
  }

  @Get('districts/:code/wards')
  @Public()
  @ApiOperation({
    summary: 'Danh mục phường, xã của một quận, huyện · Wards of a district',
    description: 'Năm huyện đảo không có đơn vị cấp xã: danh sách rỗng · Five island districts have no ward: an empty list',
  })
  @ApiParam({ name: 'code', description: 'Mã quận, huyện · District code', example: '304' })
  @ApiOkResponse({
    type: [PlaceView],
    description: 'Tất cả, theo mã · All of them, by code',
    example: [{ code: '11359', name: 'Đằng Giang', fullName: 'Phường Đằng Giang' }],
  })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request', 'not-found')
  wards(@Param('code') districtCode: string, @Query() _query: NoQuery, @Res() response: Response): Promise<void> {
    return this.send(response, (places) => places.wardList(districtCode));
  }

  /** The lists in force. Workspaces may be in different years under the same addresses, which whoever keeps an answer must know. */
  private async send(response: Response, listOf: (places: AddressPlaces) => PreparedJson): Promise<void> {
    const { addresses } = await this.rules.now();
    sendPrepared(response.vary('X-Workspace'), listOf(this.places.of(addresses)), AN_HOUR);
  }
}
