import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { FAULTS_BODY, FaultsAnswer } from './faults.dto.ts';
import { FaultsService } from './faults.service.ts';

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/faults')
export class DeskFaultsController {
  constructor(private readonly faults: FaultsService) {}

  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Các lỗi đang được mô phỏng · The faults that are armed, and how often each has struck' })
  @ApiOkResponse({ type: FaultsAnswer })
  @ApiProblems('simulator-key-required')
  async list(): Promise<FaultsAnswer> {
    return { faults: await this.faults.list() };
  }

  @Put()
  @DeskOnly()
  @ApiOperation({
    summary: 'Mô phỏng lỗi · Arm these faults, and no others',
    description:
      'Mỗi lỗi theo số lần (`count`) hoặc xác suất (`probability`, `seed`), sau `skip` dịp bỏ qua. Cho riêng một yêu cầu: tiêu đề `Sim-Fault: <tên>=<số lần>`. · ' +
      'Each by `count`, or by `probability` and `seed`, after `skip` occasions that pass by. For one request alone: header `Sim-Fault: <name>=<count>`.',
  })
  @ApiBody(FAULTS_BODY)
  @ApiOkResponse({ type: FaultsAnswer })
  @ApiProblems('simulator-key-required', 'validation-failed')
  async arm(@Body() wishes: object): Promise<FaultsAnswer> {
    return { faults: await this.faults.arm(wishes) };
  }

  @Delete()
  @DeskOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Thôi mô phỏng lỗi · Disarm all faults' })
  @ApiNoContentResponse()
  @ApiProblems('simulator-key-required')
  async disarm(): Promise<void> {
    await this.faults.arm({});
  }
}
