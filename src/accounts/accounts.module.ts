import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { AccountsController } from './accounts.controller.ts';
import { AccountsService } from './accounts.service.ts';
import { Credentials } from './credentials.service.ts';
import { RecoveryController } from './recovery.controller.ts';
import { RecoveryService } from './recovery.service.ts';

@Module({
  imports: [AuditModule],
  controllers: [AccountsController, RecoveryController],
  providers: [AccountsService, Credentials, RecoveryService],
  exports: [AccountsService, Credentials],
})
export class AccountsModule {}
