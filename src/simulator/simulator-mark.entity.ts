import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Its one row says that this database was made for the simulator: only then may the desk empty it. */
@Entity('simulator_mark')
@Check('ck_simulator_mark_one_row', 'id')
export class SimulatorMark {
  @PrimaryColumn('boolean', { default: true, primaryKeyConstraintName: 'pk_simulator_mark' })
  id!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  marked_at!: Date;
}
