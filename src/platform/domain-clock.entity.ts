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
}
