import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('idempotency_keys')
@Index('ix_idempotency_keys_expiry', ['expires_at'])
export class IdempotencyKeyRow {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  scope!: Buffer;

  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  key_hash!: Buffer;

  @Column('bytea')
  fingerprint!: Buffer;

  /** Fencing token: only the holder of the newest claim may finish it. */
  @Column('uuid')
  claim_id!: string;

  @Column('timestamptz')
  claimed_until!: Date;

  /** HTTP status of the stored answer; NULL while the work is running. */
  @Column('integer', { nullable: true })
  status!: number | null;

  /** The answer, encrypted under a key derived from the raw Idempotency-Key. */
  @Column('bytea', { nullable: true })
  answer!: Buffer | null;

  /** The dossier whose number and time complete the answer of a submission. */
  @Column('uuid', { nullable: true })
  declaration_id!: string | null;

  @Column('timestamptz')
  expires_at!: Date;
}
