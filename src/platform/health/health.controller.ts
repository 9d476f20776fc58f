import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import type { Response } from 'express';
import { Public } from '../http/access.decorator.ts';
import { ApiProblems } from '../http/api-problems.decorator.ts';
import { Refusal } from '../refusal.ts';
import { Readiness } from './readiness.ts';

class Health {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

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
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({ summary: 'Tiến trình còn sống · The process is alive' })
  @ApiOkResponse({ type: Health })
  live(): Health {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({ summary: 'Sẵn sàng nhận việc · Ready for work: the database answers and the service is not stopping' })
  @ApiOkResponse({ type: Health })
  @ApiProblems('service-unavailable')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Health> {
    if (this.readiness.isLeaving) {
      response.setHeader('Connection', 'close');
      throw new Refusal('service-unavailable', { retryAfter: 5 });
    }
    await this.checks
      .check([() => this.database.pingCheck('database', { connection: this.source, timeout: DATABASE_PATIENCE_MS })])
      .catch(() => Promise.reject(new Refusal('service-unavailable', { retryAfter: 1 })));
    return { status: 'ok' };
  }
}
