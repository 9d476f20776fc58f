import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { PersonalDataController } from './personal-data.controller.ts';
import { PersonalData } from './personal-data.service.ts';

@Module({ imports: [AuditModule], controllers: [PersonalDataController], providers: [PersonalData] })
export class PersonalDataModule {}
