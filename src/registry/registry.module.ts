import { Module } from '@nestjs/common';
import { PortCovers } from '../platform/port-covers.ts';
import { Registry } from './registry.port.ts';
import { SimulatedRegistry } from './simulated-registry.ts';

@Module({
  providers: [
    SimulatedRegistry,
    {
      provide: Registry,
      useFactory: (covers: PortCovers, registry: Registry) => covers.over(Registry, registry),
      inject: [PortCovers, SimulatedRegistry],
    },
  ],
  exports: [Registry],
})
export class RegistryModule {}
