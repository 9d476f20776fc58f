import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { StaffModule } from '../staff/staff.module.ts';
import { DossierExport } from './dossier-export.service.ts';
import { StatisticsController } from './statistics.controller.ts';
import { StatisticsService } from './statistics.service.ts';

@Module({ imports: [AuditModule, StaffModule], controllers: [StatisticsController], providers: [DossierExport, StatisticsService] })
export class StatisticsModule {}
