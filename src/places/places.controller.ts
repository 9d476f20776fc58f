import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../platform/http/access.decorator.ts';
import { ApiProblems } from '../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../platform/http/no-query.dto.ts';
import { sendPrepared } from '../platform/http/prepared-json.ts';
import { PlaceView } from './place.view.ts';
import { PlacesService } from './places.service.ts';

/** The lists change with a release of this program only. */
const AN_HOUR = 'public, max-age=3600';
const UNCHANGED = { description: 'Không thay đổi so với ETag trong If-None-Match · Unchanged since the ETag of If-None-Match' };

@ApiTags('Danh mục · Reference data')
@Controller('v1/places')
export class PlacesController {
  constructor(private readonly places: PlacesService) {}

  @Get('provinces')
  @Public()
  @ApiOperation({ summary: 'Danh mục tỉnh, thành phố · Provinces', description: '63 tỉnh, thành phố năm 2021 · The 63 provinces of 2021' })
  @ApiOkResponse({
    type: [PlaceView],
    description: 'Tất cả, theo mã · All of them, by code',
    example: [{ code: '31', name: 'Hải Phòng', fullName: 'Thành phố Hải Phòng' }],
  })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request')
  provinces(@Query() _query: NoQuery, @Res() response: Response): void {
    sendPrepared(response, this.places.provinceList(), AN_HOUR);
  }

  @Get('provinces/:code/districts')
  @Public()
  @ApiOperation({ summary: 'Danh mục quận, huyện của một tỉnh · Districts of a province' })
  @ApiParam({ name: 'code', description: 'Mã tỉnh · Province code', example: '31' })
  @ApiOkResponse({
    type: [PlaceView],
    description: 'Tất cả, theo mã · All of them, by code',
    example: [{ code: '304', name: 'Ngô Quyền', fullName: 'Quận Ngô Quyền' }],
  })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('malformed-request', 'not-found')
  districts(@Param('code') provinceCode: string, @Query() _query: NoQuery, @Res() response: Response): void {
    sendPrepared(response, this.places.districtList(provinceCode), AN_HOUR);
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
  wards(@Param('code') districtCode: string, @Query() _query: NoQuery, @Res() response: Response): void {
    sendPrepared(response, this.places.wardList(districtCode), AN_HOUR);
  }
}
