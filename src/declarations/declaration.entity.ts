import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Office } from '../offices/office.entity.ts';
import type { Language } from '../platform/language.ts';
import type { IdType } from './rules/id-number.rule.ts';
import type { Status } from './status.rule.ts';

/** A reason of the catalogue as an officer gave it. */
export interface GivenReason {
  reasonCode: string;
  /** Of the catalogue that the officer chose from; absent in decisions that are older than its versions. */
  catalogueVersion?: string;
  /** The officer's own words to the citizen. */
  text?: string;
}

/** A field or a photo that staff sent back, and why; neither for the whole dossier. */
export interface ReturnedItem extends GivenReason {
  field?: string;
  slot?: string;
}

/** How a declaration came in: from the citizen's own hands, or typed in by an officer for the person at the counter. */
export type Channel = 'online' | 'counter';

/** A warning on the receipt: never blocks. */
export interface Warning {
  code: string;
  message: string;
}

/**
 * A declaration from its first draft to its end: one row, one id. Until it is submitted it has no number and may be
 * incomplete; from then on number, office and time of receipt never change. What each revision held stands in
 * `declaration_revisions`.
 */
@Entity('declarations')
@Unique('uq_declarations_number', ['dossier_number'])
@Index('uq_declarations_live_number', ['insurance_number'], {
  unique: true,
  where: `status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED', 'APPROVED')`,
})
@Index('ix_declarations_office_queue', ['office_code', 'status', 'submitted_at', 'id'], { where: `status <> 'DRAFT'` })
@Index('ix_declarations_receipt', ['receiving_office_code', 'submitted_at', 'id'], { where: `status <> 'DRAFT'` })
@Index('ix_declarations_handling_office', ['handling_office_code'], { where: 'handling_office_code IS NOT NULL' })
@Index('ix_declarations_phone', ['phone'], { where: `status <> 'DRAFT'` })
@Index('ix_declarations_due', ['status_since'], { where: `status IN ('DRAFT', 'SUBMITTED', 'IN_VERIFICATION', 'RETURNED')` })
@Index('ix_declarations_to_erase', ['status_since'], { where: `status IN ('REJECTED', 'WITHDRAWN', 'EXPIRED') AND erased_at IS NULL` })
@Index('ix_declarations_overdue', ['due_on'], { where: `status IN ('SUBMITTED', 'IN_VERIFICATION') AND overdue_noticed_at IS NULL` })
@Index('ix_declarations_office_age', ['office_code', 'submitted_at', 'id'], { where: `status <> 'DRAFT' AND erased_at IS NULL` })
@Index('ix_declarations_office_due', ['office_code', 'due_on', 'id'], { where: `status <> 'DRAFT' AND erased_at IS NULL` })
@Index('ix_declarations_office_open_due', ['office_code', 'due_on', 'id'], { where: `status IN ('SUBMITTED', 'IN_VERIFICATION')` })
@Index('ix_declarations_message_failed', ['office_code', 'submitted_at', 'id'], { where: 'message_failed' })
@Index('ix_declarations_duplicate_suspected', ['office_code', 'submitted_at', 'id'], {
  where: `duplicate_suspected AND status IN ('SUBMITTED', 'IN_VERIFICATION', 'RETURNED')`,
})
@Index('ix_declarations_lease_holder', ['lease_holder_id'], { where: 'lease_holder_id IS NOT NULL' })
@Index('ix_declarations_lease_until', ['lease_until'], { where: 'lease_until IS NOT NULL' })
@Index('ix_declarations_insurance_number', ['insurance_number'], { where: `status <> 'DRAFT' AND erased_at IS NULL` })
@Index('ix_declarations_id_number', ['id_number'], { where: `status <> 'DRAFT' AND erased_at IS NULL` })
@Index('ix_declarations_name', { synchronize: false })
@Index('ix_declarations_four_eyes_overridden', ['receiving_office_code', 'decided_at'], { where: 'four_eyes_overridden' })
@Index('ix_declarations_draft_token', ['draft_token_hash'], { where: 'draft_token_hash IS NOT NULL' })
@Check(
  'ck_declarations_status',
  `status IN ('DRAFT', 'SUBMITTED', 'IN_VERIFICATION', 'APPROVED', 'RETURNED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')`,
)
@Check('ck_declarations_language', `language IN ('vi', 'en')`)
@Check('ck_declarations_number', 'written out in the migration')
@Check('ck_declarations_due', `status = 'DRAFT' OR due_on IS NOT NULL`)
@Check('ck_declarations_sequence', 'dossier_sequence >= 1')
@Check('ck_declarations_year', 'written out in the migration')
@Check('ck_declarations_complete', 'written out in the migration')
@Check('ck_declarations_erased', 'written out in the migration')
@Check('ck_declarations_draft', 'written out in the migration')
@Check('ck_declarations_email', 'written out in the migration')
@Check('ck_declarations_lease', 'written out in the migration')
@Check('ck_declarations_channel', `channel IN ('online', 'counter')`)
@Check('ck_declarations_typed_by', `(channel = 'counter') = (typed_by_id IS NOT NULL)`)
@Check('ck_declarations_four_eyes', 'written out in the migration')
export class Declaration {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_declarations' })
  id!: string;

  @Column('text')
  status!: Status;

  /** Grows with every change of what a reader would have seen; the ETag. A lease does not change it. */
  @Column('integer', { default: 1 })
  version!: number;

  /** 0 while a draft, 1 as submitted, one more with each resubmission. */
  @Column('integer', { default: 0 })
  revision!: number;

  @Column('text', { nullable: true })
  insurance_number!: string | null;

  @Column('text', { nullable: true })
  full_name!: string | null;

  @Column('text', { nullable: true })
  id_number!: string | null;

  @Column('text', { nullable: true })
  id_type!: IdType | null;

  @Column('text', { nullable: true })
  province_code!: string | null;

  @Column('text', { nullable: true })
  district_code!: string | null;

  /** NULL in the five island districts that have no ward. */
  @Column('text', { nullable: true })
  ward_code!: string | null;

  @Column('text', { nullable: true })
  street!: string | null;

  /** E.164. */
  @Column('text', { nullable: true })
  phone!: string | null;

  /** The office it is routed to now. */
  @Column('text', { nullable: true })
  @ForeignKey(() => Office, { name: 'fk_declarations_office' })
  office_code!: string | null;

  @Column('boolean', { default: false })
  email_copy!: boolean;

  @Column('boolean', { default: false })
  email_for_notices!: boolean;

  @Column('text', { nullable: true })
  email!: string | null;

  @Column('boolean', { default: false })
  commitment_accepted!: boolean;

  @Column('boolean', { default: false })
  data_processing_accepted!: boolean;

  @Column('text', { nullable: true })
  consent_version!: string | null;

  /** In which it was sent, and its SMS are written. */
  @Column('text', { default: 'vi' })
  language!: Language;

  @Column('text', { default: 'online' })
  channel!: Channel;

  /** The officer who typed it in for the person at the counter; its office is the receiving one. */
  @Column('uuid', { nullable: true })
  @ForeignKey('staff', { name: 'fk_declarations_typed_by' })
  typed_by_id!: string | null;

  /** Whether a supervisor approved what they had typed in themselves. */
  @Column('boolean', { default: false })
  four_eyes_overridden!: boolean;

  @Column('text', { nullable: true })
  dossier_number!: string | null;

  @Column('text', { nullable: true })
  dossier_kind!: string | null;

  @Column('integer', { nullable: true })
  dossier_year!: number | null;

  @Column('bigint', { nullable: true })
  dossier_sequence!: number | null;

  /** The office of receipt, which the number names for ever. */
  @Column('text', { nullable: true })
  @ForeignKey(() => Office, { name: 'fk_declarations_receiving_office' })
  receiving_office_code!: string | null;

  /** The office of the first lease. */
  @Column('text', { nullable: true })
  @ForeignKey(() => Office, { name: 'fk_declarations_handling_office' })
  handling_office_code!: string | null;

  @Column('timestamptz', { nullable: true })
  submitted_at!: Date | null;

  @Column('timestamptz')
  status_since!: Date;

  /** The last day on which a decision is in time, `YYYY-MM-DD` in Vietnam; set anew with each revision. */
  @Column('date', { nullable: true })
  due_on!: string | null;

  /** When it was put on record that this day has passed. */
  @Column('timestamptz', { nullable: true })
  overdue_noticed_at!: Date | null;

  /** Whether a message of it failed; written by triggers of `messages`. */
  @Column('boolean', { default: false })
  message_failed!: boolean;

  /** Whether nobody has decided yet about a dossier that is like it; written by triggers of `duplicate_pairs`. */
  @Column('boolean', { default: false })
  duplicate_suspected!: boolean;

  /** When its citizen was last reminded that it will expire. */
  @Column('timestamptz', { nullable: true })
  reminded_at!: Date | null;

  /** When what was declared was erased; then only number, office, days and reasons are left. */
  @Column('timestamptz', { nullable: true })
  erased_at!: Date | null;

  @Column('timestamptz')
  created_at!: Date;

  @Column('bytea', { nullable: true })
  draft_token_hash!: Buffer | null;

  @Column('bytea', { nullable: true })
  tracking_code_hash!: Buffer | null;

  /** How the declared person compared with the registry when the revision was sent. */
  @Column('text', { nullable: true })
  registry_match!: string | null;

  /** Codes of what was warned of when the revision was sent. */
  @Column('jsonb', { default: [] })
  warnings!: string[];

  @Column('jsonb', { nullable: true })
  returned_items!: ReturnedItem[] | null;

  @Column('jsonb', { nullable: true })
  rejection!: GivenReason | null;

  @Column('bytea', { nullable: true })
  lease_token_hash!: Buffer | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('staff', { name: 'fk_declarations_lease_holder' })
  lease_holder_id!: string | null;

  @Column('text', { nullable: true })
  lease_office_code!: string | null;

  @Column('timestamptz', { nullable: true })
  lease_since!: Date | null;

  @Column('timestamptz', { nullable: true })
  lease_until!: Date | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('staff', { name: 'fk_declarations_decided_by' })
  decided_by_id!: string | null;

  @Column('text', { nullable: true })
  decided_office_code!: string | null;

  @Column('timestamptz', { nullable: true })
  decided_at!: Date | null;
}
