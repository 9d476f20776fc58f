import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { FaultName, FaultParameters } from './fault-catalogue.ts';

/** A fault that is armed in this workspace, or has struck as often as it was to. */
@Entity({ name: 'simulator_faults' })
@Check('ck_simulator_faults_mode', '(count IS NULL) <> (probability IS NULL) AND (probability IS NULL) = (seed IS NULL)')
@Check('ck_simulator_faults_counts', 'coalesce(count, 1) >= 1 AND skip >= 0 AND hits >= 0 AND hits <= met')
@Check('ck_simulator_faults_probability', 'probability > 0 AND probability <= 1')
export class ArmedFault {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_simulator_faults' })
  name!: FaultName;

  /** Occasions at which it strikes, in a row; NULL = by probability. */
  @Column({ type: 'integer', nullable: true })
  count!: number | null;

  @Column({ type: 'double precision', nullable: true })
  probability!: number | null;

  /** Decides, with the occasion's number, whether a probability strikes. */
  @Column({ type: 'integer', nullable: true })
  seed!: number | null;

  /** Occasions that pass by first. */
  @Column({ type: 'integer', default: 0 })
  skip!: number;

  @Column({ type: 'jsonb', default: {} })
  parameters!: FaultParameters;

  /** Occasions so far. */
  @Column({ type: 'integer', default: 0 })
  met!: number;

  /** Occasions at which it struck. */
  @Column({ type: 'integer', default: 0 })
  hits!: number;
}
