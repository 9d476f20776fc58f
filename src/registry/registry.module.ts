import { Module } from '@nestjs/common';
import { Registry } from './registry.port.ts';
import { SimulatedRegistry } from './simulated-registry.ts';

@Module({ providers: [{ provide: Registry, useClass: SimulatedRegistry }], exports: [Registry] })
export class RegistryModule {}
