import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** How far the domain's time is from the database's: nothing, unless the desk moved or froze it. One row. */
@Entity('clock')
@Check('ck_clock_one_row', 'id')
export class DomainClock {
  @PrimaryColumn('boolean', { default: true, primaryKeyConstraintName: 'pk_clock' })
  id!: boolean;

  @Column('bigint', { default: 0 })
  shift_ms!: number;

  @Column('timestamptz', { nullable: true })
  frozen_at!: Date | null;

  /** While the clock is moved it stands still on the way: what `shift_ms` is to be at the end. null when nobody moves it. */
  @Column('bigint', { nullable: true })
  target_shift_ms!: number | null;

  /** And `frozen_at`. */
  @Column('timestamptz', { nullable: true })
  target_frozen_at!: Date | null;
}
