import { Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { OfficesModule } from '../offices/offices.module.ts';
import { PhotosModule } from '../photos/photos.module.ts';
import { PlacesModule } from '../places/places.module.ts';
import { RegistryModule } from '../registry/registry.module.ts';
import { ConsentsController } from './consents.controller.ts';
import { DeadlineChores } from './deadline.chores.ts';
import { Deadlines } from './deadlines.ts';
import { DeclarationPhotos } from './declaration-photos.ts';
import { DeclarationWarnings } from './declaration-warnings.ts';
import { DeclarationsController } from './declarations.controller.ts';
import { DeclarationsService } from './declarations.service.ts';
import { DeclarationsStore } from './declarations.store.ts';
import { DossierFactsModule } from './dossier-facts.module.ts';
import { DraftsController } from './drafts.controller.ts';
import { DraftsService } from './drafts.service.ts';
import { EmailConfirmationsController } from './email/email-confirmations.controller.ts';
import { EmailConfirmations } from './email/email-confirmations.service.ts';
import { ExpiryChores } from './expiry.chores.ts';
import { FormCheck } from './form/form-check.ts';
import { RegistryCheck } from './registry-check.ts';
import { RetentionChores } from './retention.chores.ts';
import { RequiredPhotos } from './required-photos.ts';
import { SubmissionService } from './submission.service.ts';
import { SubmissionStore } from './submission.store.ts';
import { LookupsController } from './lookups.controller.ts';
import { LookupsService } from './lookups.service.ts';
import { TrackingCodes } from './tracking-code.ts';
import { TrackingController } from './tracking.controller.ts';
import { TrackingService } from './tracking.service.ts';
import { nameTusVersion } from './uploads/tus-headers.ts';
import { UploadsController } from './uploads/uploads.controller.ts';
import { UploadsService } from './uploads/uploads.service.ts';
import { UploadsStore } from './uploads/uploads.store.ts';

@Module({
  imports: [AuditModule, OfficesModule, PhotosModule, PlacesModule, RegistryModule, DossierFactsModule],
  controllers: [
    TrackingController,
    LookupsController,
    DraftsController,
    EmailConfirmationsController,
    UploadsController,
    DeclarationsController,
    ConsentsController,
  ],
  providers: [
    DeadlineChores,
    Deadlines,
    DeclarationPhotos,
    DeclarationWarnings,
    DeclarationsService,
    DeclarationsStore,
    DraftsService,
    EmailConfirmations,
    ExpiryChores,
    FormCheck,
    RegistryCheck,
    RequiredPhotos,
    RetentionChores,
    SubmissionService,
    SubmissionStore,
    LookupsService,
    TrackingCodes,
    TrackingService,
    UploadsService,
    UploadsStore,
  ],
  exports: [DeclarationsService, DeclarationsStore, DraftsService, EmailConfirmations, RegistryCheck, SubmissionService],
})
export class DeclarationsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const paths = ['v1/drafts/:id/uploads', 'v1/uploads/:id'];
    consumer.apply(nameTusVersion).forRoutes(...paths.map((path) => ({ path, method: RequestMethod.ALL })));
  }
}
