import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { Status } from '../declarations/status.rule.ts';

/**
 * A change in how many dossiers an office has in a status; the sum of all is the number itself. Written by triggers of `declarations`,
 * summed up from time to time. A dossier that moves is one less here and one more there.
 */
@Entity('queue_tallies')
@Index('ix_queue_tallies_office', ['office_code'])
export class QueueTally {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS', primaryKeyConstraintName: 'pk_queue_tallies' })
  id!: number;

  @Column('text')
  office_code!: string;

  @Column('text')
  status!: Status;

  /** Whether it was received elsewhere. */
  @Column('boolean')
  transferred!: boolean;

  /** By when a decision is owed; NULL where none is. */
  @Column('date', { nullable: true })
  due_on!: string | null;

  @Column('integer')
  dossiers!: number;
}
