import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** That one dossier is open to one officer, whichever office it is routed to, because its citizen stands at that officer's counter. */
@Entity('visits')
@Index('ix_visits_until', ['until'])
@Check('ck_visits_until', 'until > opened_at')
export class Visit {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_visits' })
  @ForeignKey('declarations', { name: 'fk_visits_declaration' })
  declaration_id!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_visits' })
  @ForeignKey('staff', { name: 'fk_visits_staff', onDelete: 'CASCADE' })
  staff_id!: string;

  /** Where the person came to: the officer's office at that time. */
  @Column('text')
  office_code!: string;

  @Column('timestamptz')
  opened_at!: Date;

  @Column('timestamptz')
  until!: Date;
}
