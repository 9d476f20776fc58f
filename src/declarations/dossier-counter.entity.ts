import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Office } from '../offices/office.entity.ts';

/** The last number given per office, kind and Vietnamese year. Taken in the submission's own statement, so it has no gaps. */
@Entity('dossier_counters')
@Check('ck_dossier_counters_last', 'last >= 0')
export class DossierCounter {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_dossier_counters' })
  @ForeignKey(() => Office, { name: 'fk_dossier_counters_office' })
  office_code!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_dossier_counters' })
  kind!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_dossier_counters' })
  year!: number;

  @Column('bigint')
  last!: number;
}

/** Where the desk moved a counter forward. */
@Entity('dossier_counter_jumps')
export class DossierCounterJump {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_dossier_counter_jumps' })
  id!: string;

  @Column('text')
  office_code!: string;

  @Column('text')
  kind!: string;

  @Column('integer')
  year!: number;

  @Column('bigint')
  from_last!: number;

  @Column('bigint')
  to_last!: number;

  @Column('timestamptz')
  at!: Date;
}
