import type { Server } from 'node:http';
import { Module, type DynamicModule, type NestModule, type Provider, type Type } from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { DeclarationsModule } from '../declarations/declarations.module.ts';
import { Mailer } from '../messages/mail.port.ts';
import { SmsGateway } from '../messages/sms.port.ts';
import { SmtpMailer } from '../messages/smtp-mailer.ts';
import { OfficesModule } from '../offices/offices.module.ts';
import { PhotoStore } from '../photos/photo-store.ts';
import { PhotosModule } from '../photos/photos.module.ts';
import type { WorkspacePool } from '../platform/database/workspace-pool.ts';
import type { Environment } from '../platform/env.ts';
import { PortCovers } from '../platform/port-covers.ts';
import { HouseRules } from '../platform/house-rules.port.ts';
import { Registry } from '../registry/registry.port.ts';
import { PlacesModule } from '../places/places.module.ts';
import { StaffModule } from '../staff/staff.module.ts';
import { VerificationModule } from '../verification/verification.module.ts';
import { DeskClock } from './desk-clock.service.ts';
import { DeskCounters } from './desk-counters.service.ts';
import { DeskDoor } from './desk-door.ts';
import { DeskNews } from './desk-news.ts';
import { DeskReset } from './desk-reset.service.ts';
import { DeskController } from './desk.controller.ts';
import { EventCursor } from './event-cursor.ts';
import { FaultBoard } from './faults/fault-board.ts';
import { FaultStore } from './faults/fault.store.ts';
import { DeskFaultsController } from './faults/faults.controller.ts';
import { FaultsService } from './faults/faults.service.ts';
import { FaultyPhotoStore } from './faults/faulty-photo-store.ts';
import { faultyPool } from './faults/faulty-pool.ts';
import { FaultyRegistry } from './faults/faulty-registry.ts';
import { FaultySmsGateway } from './faults/faulty-sms.gateway.ts';
import { FaultyMailer } from './faults/faulty.mailer.ts';
import { HttpFaults } from './faults/http-faults.ts';
import { DeskCatalogueController } from './magic/catalogue.controller.ts';
import { MagicSightings } from './magic/magic-sightings.ts';
import { GhostWatch } from './ghosts/ghost-watch.ts';
import { DeskGhostsController } from './ghosts/ghosts.controller.ts';
import { Ghosts } from './ghosts/ghosts.service.ts';
import { CoverageService } from './journal/coverage.service.ts';
import { DeskJournalController } from './journal/journal.controller.ts';
import { JournalService } from './journal/journal.service.ts';
import { Journal } from './journal/journal.ts';
import { JournalLens, JournalWatch } from './journal/journal-watch.ts';
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
import { ProvenanceController } from './provenance/provenance.controller.ts';
import { CaptureMailer } from './providers/capture.mailer.ts';
import { CopiedMailer } from './providers/copied.mailer.ts';
import { InboxReceipts } from './providers/inbox-receipts.service.ts';
import { InboxSmsGateway } from './providers/inbox-sms.gateway.ts';
import { InboxService } from './providers/inbox.service.ts';
import { InboxStore } from './providers/inbox.store.ts';
import { RunsController } from './runs/runs.controller.ts';
import { Runs } from './runs/runs.service.ts';
import { SimulatedStaff } from './simulated-staff.ts';
import { DeskHouseRules } from './synthetic/desk-house-rules.ts';
import { OwnerDoor } from './workspaces/owner-door.ts';
import { OWNER_URL } from './workspaces/owner-url.ts';
import { SpareSchemas } from './workspaces/spare-schemas.ts';
import { BLUEPRINT, WorkspaceBuilder, type Blueprint } from './workspaces/workspace-builder.ts';
import { WorkspaceStore } from './workspaces/workspace.store.ts';
import { WorkspacesController } from './workspaces/workspaces.controller.ts';
import { DeskWorkspaces } from './workspaces/workspaces.service.ts';

/** What the desk adds to the application: its own doors, providers that keep what they receive, and places where faults can strike. */
export interface DeskParts {
  module: DynamicModule;
  providersModule: Type;
  smsGateway: Provider;
  mailer: Provider;
  covers: PortCovers;
  Pool: typeof WorkspacePool;
}

/** What the desk stands on: the database as its owner, and how a schema is built there. */
export interface DeskGround {
  ownerUrl: string;
  blueprint: Blueprint;
}

@Module({ providers: [InboxStore, InboxReceipts, InboxService], exports: [InboxReceipts, InboxStore, InboxService] })
class InboxModule {}

@Module({})
export class SimulatorModule implements NestModule {
  static parts({ smtpUrl, mailFrom, syntheticDataOnly }: Environment, { ownerUrl, blueprint }: DeskGround): DeskParts {
    const board = new FaultBoard();
    const magic = new MagicSightings();
    return {
      module: {
        module: SimulatorModule,
        imports: [
          ...[InboxModule, AccountsModule, DeclarationsModule, OfficesModule, PhotosModule, PlacesModule, StaffModule],
          VerificationModule,
        ],
        controllers: [
          ...[DeskController, DeskCatalogueController, DeskFaultsController, DeskGhostsController, DeskJournalController],
          ...[DeskJourneysController, DeskPersonasController, DeskPhotosController],
          ...[ProvenanceController, RunsController, WorkspacesController],
        ],
        providers: [
          ...[DeskClock, DeskCounters, DeskDoor, DeskNews, DeskReset, EventCursor, SimulatedStaff],
          ...[FaultsService, FaultStore, HttpFaults, { provide: FaultBoard, useValue: board }],
          ...[Cast, CitizenSteps, DeskPersonas, Journeys, OfficerSteps, PhotoLab, Playbook, PreparedPhotos],
          ...[Ghosts, Runs, { provide: APP_INTERCEPTOR, useClass: GhostWatch }],
          ...[CoverageService, Journal, JournalService, JournalWatch, { provide: APP_INTERCEPTOR, useClass: JournalLens }],
          { provide: MagicSightings, useValue: magic },
          ...[OwnerDoor, SpareSchemas, WorkspaceBuilder, WorkspaceStore, DeskWorkspaces],
          { provide: OWNER_URL, useValue: ownerUrl },
          { provide: BLUEPRINT, useValue: blueprint },
        ],
      },
      providersModule: InboxModule,
      smsGateway: {
        provide: SmsGateway,
        useFactory: (inbox: InboxStore) => new FaultySmsGateway(new InboxSmsGateway(inbox), board),
        inject: [InboxStore],
      },
      mailer: {
        provide: Mailer,
        useFactory: (inbox: InboxStore) => {
          const mailboxes = new CaptureMailer(mailFrom, inbox);
          const mailer = smtpUrl ? new CopiedMailer(new SmtpMailer(smtpUrl, mailFrom), mailboxes) : mailboxes;
          return new FaultyMailer(mailer, mailFrom, inbox, board);
        },
        inject: [InboxStore],
      },
      covers: new PortCovers()
        .put(HouseRules, (rules) => new DeskHouseRules(rules, magic, syntheticDataOnly))
        .put(Registry, (registry) => new FaultyRegistry(registry, board))
        .put(PhotoStore, (store) => new FaultyPhotoStore(store, board)),
      Pool: faultyPool(board),
    };
  }

  constructor(
    private readonly adapters: HttpAdapterHost,
    private readonly faults: HttpFaults,
    private readonly cursor: EventCursor,
    private readonly runs: Runs,
  ) {}

  /** Before the routes are laid, and as no route itself: nobody is to be told of a path that knows every method. */
  configure(): void {
    this.runs.listen(this.adapters.httpAdapter.getHttpServer() as Server);
    this.adapters.httpAdapter.use(this.runs.settle);
    this.adapters.httpAdapter.use(this.cursor.use);
    this.adapters.httpAdapter.use((request: Request, response: Response, next: NextFunction) => {
      this.faults.use(request, response, next).catch(next);
    });
  }
}
