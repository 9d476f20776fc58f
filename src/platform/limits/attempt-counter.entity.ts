import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('attempt_counters')
@Index('ix_attempt_counters_end', ['window_ends_at'])
export class AttemptCounter {
  /** Kind of attempt and a hash of its subject: no number, phone or address stands here. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_attempt_counters' })
  bucket!: string;

  @Column('timestamptz')
  window_ends_at!: Date;

  @Column('integer')
  attempts!: number;
}
