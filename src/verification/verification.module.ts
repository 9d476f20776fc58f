import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { DeclarationsModule } from '../declarations/declarations.module.ts';
import { DossierFactsModule } from '../declarations/dossier-facts.module.ts';
import { OfficesModule } from '../offices/offices.module.ts';
import { PhotosModule } from '../photos/photos.module.ts';
import { RegistryModule } from '../registry/registry.module.ts';
import { StaffModule } from '../staff/staff.module.ts';
import { CredentialsController } from './credentials.controller.ts';
import { CredentialsReissue } from './credentials-reissue.service.ts';
import { DecisionsController } from './decisions.controller.ts';
import { DecisionsService } from './decisions.service.ts';
import { DecisionsStore } from './decisions.store.ts';
import { DossierAccess } from './dossier-access.ts';
import { DossierFileController } from './dossier-file.controller.ts';
import { DossierFiles } from './dossier-file.service.ts';
import { DossiersController } from './dossiers.controller.ts';
import { DossiersService } from './dossiers.service.ts';
import { Comparisons } from './duplicates/comparisons.service.ts';
import { ComparisonsStore } from './duplicates/comparisons.store.ts';
import { DuplicatesController } from './duplicates/duplicates.controller.ts';
import { Duplicates } from './duplicates/duplicates.service.ts';
import { LeasesService } from './leases.service.ts';
import { OverdueNoticesController } from './overdue-notices.controller.ts';
import { OverdueNotices } from './overdue-notices.service.ts';
import { PhoneChangeController } from './phone-change.controller.ts';
import { PhoneChanges } from './phone-changes.service.ts';
import { LeaseChores } from './lease.chores.ts';
import { QueueTalliesChores } from './queue-tallies.chores.ts';
import { QueuesController } from './queues.controller.ts';
import { QueuesService } from './queues.service.ts';
import { StaffNotes } from './staff-notes.ts';
import { VisitsController } from './visits.controller.ts';
import { VisitsService } from './visits.service.ts';
import { VisitsStore } from './visits.store.ts';
import { WalkInController } from './walk-in/walk-in.controller.ts';
import { WalkIns } from './walk-in/walk-in.service.ts';

@Module({
  imports: [AccountsModule, AuditModule, DeclarationsModule, DossierFactsModule, OfficesModule, PhotosModule, RegistryModule, StaffModule],
  controllers: [
    QueuesController,
    DossiersController,
    DuplicatesController,
    DossierFileController,
    DecisionsController,
    CredentialsController,
    OverdueNoticesController,
    PhoneChangeController,
    VisitsController,
    WalkInController,
  ],
  providers: [
    Comparisons,
    ComparisonsStore,
    CredentialsReissue,
    DecisionsService,
    DecisionsStore,
    DossierAccess,
    DossierFiles,
    DossiersService,
    Duplicates,
    LeasesService,
    OverdueNotices,
    PhoneChanges,
    QueuesService,
    LeaseChores,
    QueueTalliesChores,
    StaffNotes,
    VisitsService,
    VisitsStore,
    WalkIns,
  ],
  exports: [CredentialsReissue, DecisionsService, LeasesService, PhoneChanges, VisitsService],
})
export class VerificationModule {}
