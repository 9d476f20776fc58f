import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Declaration } from '../declaration.entity.ts';

/** The one-time password that is open for a draft's e-mail address, or the address that one has confirmed. A new one replaces it. */
@Entity('email_confirmations')
@Check('ck_email_confirmations_tries', 'tries BETWEEN 0 AND 5')
@Check('ck_email_confirmations_in_time', 'confirmed_at < expires_at')
export class EmailConfirmation {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_email_confirmations' })
  @ForeignKey(() => Declaration, { name: 'fk_email_confirmations_declaration', onDelete: 'CASCADE' })
  declaration_id!: string;

  /** How many were sent for this draft, so that each message is an intent of its own. */
  @Column('integer')
  issue!: number;

  /** Keyed, of draft and address: whether the draft still names the one that was confirmed. */
  @Column('bytea')
  address_hash!: Buffer;

  /** Keyed: six digits would be guessed from a plain hash at once. */
  @Column('bytea')
  otp_hash!: Buffer;

  @Column('integer', { default: 0 })
  tries!: number;

  @Column('timestamptz')
  expires_at!: Date;

  @Column('timestamptz', { nullable: true })
  confirmed_at!: Date | null;
}
