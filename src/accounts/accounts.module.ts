import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { QrModule } from '../qr/qr.module.ts';
import { RegistryModule } from '../registry/registry.module.ts';
import { AccountsController } from './accounts.controller.ts';
import { AccountsService } from './accounts.service.ts';
import { Credentials } from './credentials.service.ts';
import { HealthCardController } from './health-card/health-card.controller.ts';
import { HealthCards } from './health-card/health-card.service.ts';
import { RecoveryController } from './recovery.controller.ts';
import { RecoveryService } from './recovery.service.ts';

@Module({
  imports: [AuditModule, QrModule, RegistryModule],
  controllers: [AccountsController, HealthCardController, RecoveryController],
  providers: [AccountsService, Credentials, HealthCards, RecoveryService],
  exports: [AccountsService, Credentials],
})
export class AccountsModule {}
