import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('attempt_counters')
@Index('ix_attempt_counters_remembered', ['remembered_until'])
export class AttemptCounter {
  /** Kind of attempt and a hash of its subject: no number, phone or address stands here. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_attempt_counters' })
  bucket!: string;

  @Column('timestamptz')
  window_ends_at!: Date;

  @Column('integer')
  attempts!: number;

  /** How many times in a row, none a day after the one before, it was one too many. */
  @Column('integer', { default: 0 })
  strikes!: number;

  /** Until when the row says anything: strikes outlive the window. */
  @Column('timestamptz')
  remembered_until!: Date;
}
