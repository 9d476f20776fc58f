import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { FullReads } from './full-reads.ts';
import { StaffSessionsController } from './staff-sessions.controller.ts';
import { StaffService } from './staff.service.ts';

@Module({
  imports: [AuditModule],
  controllers: [StaffSessionsController],
  providers: [FullReads, StaffService],
  exports: [FullReads, StaffService],
})
export class StaffModule {}
