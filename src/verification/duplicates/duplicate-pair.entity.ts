import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { DuplicateDecision, DuplicateSign } from './duplicate-signs.rule.ts';

/** Two dossiers with something in common, and what an officer found about it; earlier findings stand in their histories. */
@Entity('duplicate_pairs')
@Index('ix_duplicate_pairs_second', ['second_id'])
@Check('ck_duplicate_pairs_order', 'first_id < second_id')
@Check('ck_duplicate_pairs_signs', 'cardinality(signs) > 0')
@Check('ck_duplicate_pairs_decision', `decision IN ('duplicate', 'not-duplicate')`)
@Check('ck_duplicate_pairs_decided', 'num_nulls(decision, decided_at, decided_by_id, decided_office_code) IN (0, 4)')
export class DuplicatePair {
  /** The smaller of the two, so that they have one row between them. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_duplicate_pairs' })
  @ForeignKey('declarations', { name: 'fk_duplicate_pairs_first' })
  first_id!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_duplicate_pairs' })
  @ForeignKey('declarations', { name: 'fk_duplicate_pairs_second' })
  second_id!: string;

  @Column('text', { array: true })
  signs!: DuplicateSign[];

  @Column('timestamptz')
  found_at!: Date;

  /** NULL until somebody has looked. */
  @Column('text', { nullable: true })
  decision!: DuplicateDecision | null;

  @Column('timestamptz', { nullable: true })
  decided_at!: Date | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('staff', { name: 'fk_duplicate_pairs_decided_by' })
  decided_by_id!: string | null;

  @Column('text', { nullable: true })
  decided_office_code!: string | null;
}
