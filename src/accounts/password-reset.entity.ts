import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Account } from './account.entity.ts';

/** The one-time password that is open for an account. A new one replaces it. */
@Entity('password_resets')
export class PasswordReset {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_password_resets' })
  @ForeignKey(() => Account, { name: 'fk_password_resets_account', onDelete: 'CASCADE' })
  account_id!: string;

  /** How many were sent for this account, so that each message is an intent of its own. */
  @Column('integer')
  issue!: number;

  /** Keyed: six digits would be guessed from a plain hash at once. */
  @Column('bytea')
  otp_hash!: Buffer;

  @Column('timestamptz')
  expires_at!: Date;
}
