import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from './accounts/accounts.module.ts';
import { AdministrationModule } from './administration/administration.module.ts';
import { dataSourceOptions } from './data-source.ts';
import { DeclarationsModule } from './declarations/declarations.module.ts';
import { DossierFactsModule } from './declarations/dossier-facts.module.ts';
import { DossierMessageFacts } from './declarations/dossier-facts.ts';
import { MessageFacts } from './messages/message-facts.port.ts';
import { MessagesModule } from './messages/messages.module.ts';
import { SmsGateway } from './messages/sms.port.ts';
import { StubSmsGateway } from './messages/stub-sms.gateway.ts';
import { OfficesModule } from './offices/offices.module.ts';
import { PersonalDataModule } from './personal-data/personal-data.module.ts';
import { PlacesModule } from './places/places.module.ts';
import type { Environment } from './platform/env.ts';
import type { Keyring } from './platform/keyring.ts';
import { PlatformModule } from './platform/platform.module.ts';
import { QrModule } from './qr/qr.module.ts';
import { ReasonsModule } from './reasons/reasons.module.ts';
import type { DeskParts } from './simulator/simulator.module.ts';
import { StatisticsModule } from './statistics/statistics.module.ts';
import { StaffModule } from './staff/staff.module.ts';
import { VerificationModule } from './verification/verification.module.ts';

/** What an application is put together from. */
export interface Assembly {
  environment: Environment;
  databaseUrl: string;
  keyring: Keyring;
  /** Who carries mail: the configured SMTP server, or a capture server of our own. */
  mailer: Provider;
  /** The desk's module and its provider of SMS; undefined when the desk is off, and then its code is not even loaded. */
  desk: DeskParts | undefined;
}

/** A machine that is short of time at the start answers the first connection late; each try waits four seconds. */
const MOST_TRIES = 5;

/** Knows all rooms. */
@Module({})
export class AppModule {
  static of({ environment, databaseUrl, keyring, mailer, desk }: Assembly): DynamicModule {
    const ports = [
      { provide: MessageFacts, useExisting: DossierMessageFacts },
      desk?.smsGateway ?? { provide: SmsGateway, useClass: StubSmsGateway },
      mailer,
    ];
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl, { Pool: desk?.Pool }), retryAttempts: MOST_TRIES, retryDelay: 1_000 }),
        PlatformModule.with(environment, keyring, desk?.covers),
        MessagesModule.withPorts(ports, [DossierFactsModule, ...(desk ? [desk.providersModule] : [])]),
        PlacesModule,
        OfficesModule,
        ReasonsModule,
        StaffModule,
        AccountsModule,
        PersonalDataModule,
        DeclarationsModule,
        QrModule,
        VerificationModule,
        StatisticsModule,
        AdministrationModule,
        ...(desk ? [desk.module] : []),
      ],
    };
  }
}
