import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Another phone that an officer took down at the counter, until a second one has checked it. */
@Entity('phone_changes')
@Index('ix_phone_changes_until', ['until'])
@Check('ck_phone_changes_phone', `phone ~ '^[+]84[0-9]{9}$'`)
@Check('ck_phone_changes_until', 'until > proposed_at')
export class PhoneChange {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_phone_changes' })
  @ForeignKey('declarations', { name: 'fk_phone_changes_declaration' })
  declaration_id!: string;

  /** Of the declaration whose phone it replaces: what was sent again meanwhile has its own. */
  @Column('integer')
  revision!: number;

  /** E.164. */
  @Column('text')
  phone!: string;

  @Column('uuid')
  @ForeignKey('staff', { name: 'fk_phone_changes_proposed_by' })
  proposed_by_id!: string;

  @Column('timestamptz')
  proposed_at!: Date;

  @Column('timestamptz')
  until!: Date;
}
