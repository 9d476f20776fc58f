import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { DeclarationsModule } from '../declarations/declarations.module.ts';
import { Mailer } from '../messages/mail.port.ts';
import { SmsGateway } from '../messages/sms.port.ts';
import { OfficesModule } from '../offices/offices.module.ts';
import { PhotosModule } from '../photos/photos.module.ts';
import type { Environment } from '../platform/env.ts';
import { PlacesModule } from '../places/places.module.ts';
import { StaffModule } from '../staff/staff.module.ts';
import { VerificationModule } from '../verification/verification.module.ts';
import { DeskClock } from './desk-clock.service.ts';
import { DeskCounters } from './desk-counters.service.ts';
import { DeskDoor } from './desk-door.ts';
import { DeskNews } from './desk-news.ts';
import { DeskReset } from './desk-reset.service.ts';
import { DeskController } from './desk.controller.ts';
import { GhostWatch } from './ghosts/ghost-watch.ts';
import { DeskGhostsController } from './ghosts/ghosts.controller.ts';
import { Ghosts } from './ghosts/ghosts.service.ts';
import { Cast } from './journeys/cast.service.ts';
import { CitizenSteps } from './journeys/citizen.steps.ts';
import { DeskJourneysController } from './journeys/journeys.controller.ts';
import { Journeys } from './journeys/journeys.service.ts';
import { OfficerSteps } from './journeys/officer.steps.ts';
import { Playbook } from './journeys/playbook.service.ts';
import { PreparedPhotos } from './journeys/prepared-photos.service.ts';
import { DeskPersonasController } from './personas/personas.controller.ts';
import { DeskPersonas } from './personas/personas.service.ts';
import { DeskPhotosController } from './photo-lab/photo-lab.controller.ts';
import { PhotoLab } from './photo-lab/photo-lab.service.ts';
import { CaptureMailer } from './providers/capture.mailer.ts';
import { InboxSmsGateway } from './providers/inbox-sms.gateway.ts';
import { InboxService } from './providers/inbox.service.ts';
import { InboxStore } from './providers/inbox.store.ts';
import { SimulatedStaff } from './simulated-staff.ts';
import { OwnerDoor } from './workspaces/owner-door.ts';
import { OWNER_URL } from './workspaces/owner-url.ts';
import { SpareSchemas } from './workspaces/spare-schemas.ts';
import { BLUEPRINT, WorkspaceBuilder, type Blueprint } from './workspaces/workspace-builder.ts';
import { WorkspaceStore } from './workspaces/workspace.store.ts';
import { WorkspacesController } from './workspaces/workspaces.controller.ts';
import { DeskWorkspaces } from './workspaces/workspaces.service.ts';

/** What the desk adds to the application: its own door, and providers that keep what they receive. */
export interface DeskParts {
  module: DynamicModule;
  providersModule: Type;
  smsGateway: Provider;
  mailer: Provider;
}

/** What the desk stands on: the database as its owner, and how a schema is built there. */
export interface DeskGround {
  ownerUrl: string;
  blueprint: Blueprint;
}

@Module({ providers: [InboxStore, InboxService], exports: [InboxStore, InboxService] })
class InboxModule {}

@Module({})
export class SimulatorModule {
  static parts(environment: Environment, { ownerUrl, blueprint }: DeskGround): DeskParts {
    return {
      module: {
        module: SimulatorModule,
        imports: [
          InboxModule,
          AccountsModule,
          DeclarationsModule,
          OfficesModule,
          PhotosModule,
          PlacesModule,
          StaffModule,
          VerificationModule,
        ],
        controllers: [
          DeskController,
          DeskGhostsController,
          DeskJourneysController,
          DeskPersonasController,
          DeskPhotosController,
          WorkspacesController,
        ],
        providers: [
          DeskClock,
          DeskCounters,
          DeskDoor,
          DeskNews,
          DeskReset,
          PhotoLab,
          SimulatedStaff,
          ...[DeskPersonas, Cast, CitizenSteps, Ghosts, Journeys, OfficerSteps, Playbook, PreparedPhotos],
          ...[OwnerDoor, SpareSchemas, WorkspaceBuilder, WorkspaceStore, DeskWorkspaces],
          { provide: APP_INTERCEPTOR, useClass: GhostWatch },
          { provide: OWNER_URL, useValue: ownerUrl },
          { provide: BLUEPRINT, useValue: blueprint },
        ],
      },
      providersModule: InboxModule,
      smsGateway: { provide: SmsGateway, useClass: InboxSmsGateway },
      mailer: { provide: Mailer, useFactory: (inbox: InboxStore) => new CaptureMailer(environment.mailFrom, inbox), inject: [InboxStore] },
    };
  }
}
