import { Module } from '@nestjs/common';
import { ReasonsController } from './reasons.controller.ts';

@Module({ controllers: [ReasonsController] })
export class ReasonsModule {}
