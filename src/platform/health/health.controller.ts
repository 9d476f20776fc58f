import { Controller, Get, Res } from '@nestjs/common';
import { ApiNotModifiedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import type { Response } from 'express';
import { Public } from '../http/access.decorator.ts';
import { ApiProblems } from '../http/api-problems.decorator.ts';
import { prepareJson, sendPrepared } from '../http/prepared-json.ts';
import { Refusal } from '../refusal.ts';
import { Readiness } from './readiness.ts';

class Health {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

const OK = prepareJson({ status: 'ok' } satisfies Health);
const UNCHANGED = { description: 'Không đổi · Unchanged, for If-None-Match' };
const DATABASE_PATIENCE_MS = 2_000;

@ApiTags('Vận hành · Operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly source: DataSource,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'Tiến trình còn sống · The process is alive' })
  @ApiOkResponse({ type: Health })
  @ApiNotModifiedResponse(UNCHANGED)
  live(@Res() response: Response): void {
    sendPrepared(response, OK, 'no-cache');
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Sẵn sàng nhận việc · Ready for work: the database answers and the service is not stopping' })
  @ApiOkResponse({ type: Health })
  @ApiNotModifiedResponse(UNCHANGED)
  @ApiProblems('service-unavailable')
  async ready(@Res() response: Response): Promise<void> {
    if (this.readiness.isLeaving) {
      response.setHeader('Connection', 'close');
      throw new Refusal('service-unavailable', { retryAfter: 5 });
    }
    await this.checks
      .check([() => this.database.pingCheck('database', { connection: this.source, timeout: DATABASE_PATIENCE_MS })])
      .catch(() => Promise.reject(new Refusal('service-unavailable', { retryAfter: 1 })));
    sendPrepared(response, OK, 'no-cache');
  }
}
