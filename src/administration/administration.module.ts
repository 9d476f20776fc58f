import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { OfficesModule } from '../offices/offices.module.ts';
import { StaffModule } from '../staff/staff.module.ts';
import { AuditLogController } from './audit-log.controller.ts';
import { AuditLog } from './audit-log.service.ts';
import { OfficeTables } from './office-tables.service.ts';
import { OfficeTablesController } from './office-tables.controller.ts';
import { OfficesAdminController } from './offices-admin.controller.ts';
import { OfficesAdmin } from './offices-admin.service.ts';
import { OfficesStore } from './offices.store.ts';
import { ReroutingChores } from './rerouting.chores.ts';
import { Rerouting } from './rerouting.service.ts';
import { StaffAdminController } from './staff-admin.controller.ts';
import { StaffAdmin } from './staff-admin.service.ts';

@Module({
  imports: [AuditModule, OfficesModule, StaffModule],
  // The table's paths come before `offices/:code`.
  controllers: [StaffAdminController, OfficeTablesController, OfficesAdminController, AuditLogController],
  providers: [AuditLog, OfficesAdmin, OfficesStore, OfficeTables, Rerouting, ReroutingChores, StaffAdmin],
})
export class AdministrationModule {}
