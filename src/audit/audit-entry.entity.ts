import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const SUBJECT_KINDS = ['declaration', 'account', 'staff', 'office'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
export type ActorKind = 'citizen' | 'staff' | 'system' | 'desk';

/**
 * One change or one view: who, where, when, what. Append-only by grant and trigger; sequence and hashes are set by the
 * database, each hash covering the one before it. Holds codes and names of fields, never their values.
 */
@Entity('audit_entries')
@Check('ck_audit_entries_subject', `subject_kind IN ('declaration', 'account', 'staff', 'office')`)
@Check('ck_audit_entries_actor', `actor_kind IN ('citizen', 'staff', 'system', 'desk')`)
@Index('ix_audit_entries_at', ['at', 'subject_id', 'sequence'])
@Index('ix_audit_entries_overdue', { synchronize: false })
@Index('ix_audit_entries_actor', ['actor_id', 'at'], { where: 'actor_id IS NOT NULL' })
export class AuditEntry {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_audit_entries' })
  subject_kind!: SubjectKind;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_audit_entries' })
  subject_id!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_audit_entries' })
  sequence!: number;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  actor_kind!: ActorKind;

  @Column('uuid', { nullable: true })
  actor_id!: string | null;

  @Column('text', { nullable: true })
  actor_office_code!: string | null;

  @Column('text')
  action!: string;

  @Column('text', { nullable: true })
  from_status!: string | null;

  @Column('text', { nullable: true })
  to_status!: string | null;

  @Column('jsonb', { default: {} })
  details!: Record<string, unknown>;

  @Column('bytea')
  previous_hash!: Buffer;

  @Column('bytea')
  hash!: Buffer;
}
