import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

/** `LOCKED` is set by staff; the 15 minutes after five wrong passwords are a limit, not a state. */
export type AccountState = 'CREDENTIALS_ISSUED' | 'ACTIVE' | 'LOCKED';

@Entity('accounts')
@Unique('uq_accounts_insurance_number', ['insurance_number'])
@Unique('uq_accounts_declaration', ['declaration_id'])
@Check('ck_accounts_state', `state IN ('CREDENTIALS_ISSUED', 'ACTIVE', 'LOCKED')`)
@Check('ck_accounts_first_password', `must_change_password = (password_expires_at IS NOT NULL)`)
export class Account {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_accounts' })
  id!: string;

  /** The login name. */
  @Column('text')
  insurance_number!: string;

  /** The approved dossier that it was issued on. By table name: this room does not know the declarations' room. */
  @Column('uuid')
  @ForeignKey('declarations', { name: 'fk_accounts_declaration' })
  declaration_id!: string;

  @Column('text')
  state!: AccountState;

  /** How many times credentials were issued. */
  @Column('integer', { default: 1 })
  credential_issue!: number;

  @Column('text')
  password_hash!: string;

  @Column('boolean', { default: true })
  must_change_password!: boolean;

  /** When a first password dies unused; NULL once the citizen has chosen one. */
  @Column('timestamptz', { nullable: true })
  password_expires_at!: Date | null;

  /** When the first password was used: it is good for one login. */
  @Column('timestamptz', { nullable: true })
  first_used_at!: Date | null;

  @Column('timestamptz')
  created_at!: Date;
}
