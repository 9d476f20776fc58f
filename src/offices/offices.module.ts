import { Module } from '@nestjs/common';
import { OfficesController } from './offices.controller.ts';
import { OfficesService } from './offices.service.ts';

@Module({ controllers: [OfficesController], providers: [OfficesService], exports: [OfficesService] })
export class OfficesModule {}
