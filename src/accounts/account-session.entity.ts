import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Account } from './account.entity.ts';

@Entity('account_sessions')
@Unique('uq_account_sessions_access', ['access_hash'])
@Unique('uq_account_sessions_refresh', ['refresh_hash'])
@Index('ix_account_sessions_account', ['account_id'])
export class AccountSession {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_account_sessions' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Account, { name: 'fk_account_sessions_account', onDelete: 'CASCADE' })
  account_id!: string;

  @Column('bytea')
  access_hash!: Buffer;

  @Column('timestamptz')
  access_until!: Date;

  @Column('bytea')
  refresh_hash!: Buffer;

  @Column('timestamptz')
  refresh_until!: Date;

  @Column('timestamptz')
  created_at!: Date;
}
