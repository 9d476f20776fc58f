import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { AccountsController } from './accounts.controller.ts';
import { AccountsService } from './accounts.service.ts';
import { Credentials } from './credentials.service.ts';

@Module({
  imports: [AuditModule],
  controllers: [AccountsController],
  providers: [AccountsService, Credentials],
  exports: [AccountsService, Credentials],
})
export class AccountsModule {}
