/** `bhxh-intake/testing`: all that other teams' tests need, by one name. */
export { createApi, IntakeRefusal, IntakeUnreachable, type ApiAddress, type IntakeApi, type Schema } from './api-client.ts';
export { type FormFields } from './cast.ts';
export { type Citizen, type Receipt, type Submission } from './citizen.ts';
export { type Inbox, type MessageFilter, type ReceivedMessage, type WaitFilter } from './inbox.ts';
export { type FaultWishes } from './desk-tools.ts';
export { type Dossier, type Officer, type OpenedDossier, type StaffWish } from './officer.ts';
export { type PhotoSlot, type PhotoWish } from './photo-album.ts';
export { startIntake, type Intake, type IntakeWish } from './start-intake.ts';
export { useIntake, type Hooks, type IntakeInUse, type UseIntakeWish } from './use-intake.ts';
export { type JourneyName, type Workspace, type WorkspaceWish } from './workspace.ts';
