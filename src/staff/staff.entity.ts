import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { StaffRole } from './rights.ts';

@Entity('staff')
@Unique('uq_staff_username', ['username'])
@Check('ck_staff_role', `role IN ('clerk', 'supervisor', 'admin')`)
@Check('ck_staff_office', `(role = 'admin') = (office_code IS NULL)`)
@Check('ck_staff_approver', `NOT (may_approve AND role = 'admin')`)
export class StaffMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_staff' })
  id!: string;

  @Column('text')
  username!: string;

  @Column('text')
  full_name!: string;

  @Column('text')
  role!: StaffRole;

  /** NULL for an admin. By table name: this room does not know the offices' room. */
  @Column('text', { nullable: true })
  @ForeignKey('offices', { name: 'fk_staff_office' })
  office_code!: string | null;

  /** Only officers named for it may approve [S]. */
  @Column('boolean', { default: false })
  may_approve!: boolean;

  @Column('text')
  password_hash!: string;

  @Column('boolean', { default: true })
  active!: boolean;

  /** Made by the simulator's desk: cannot log in while the desk is off. */
  @Column('boolean', { default: false })
  simulated!: boolean;

  /** The password is one that an administrator was shown: until it is changed it opens nothing but its change. */
  @Column('boolean', { default: false })
  must_change_password!: boolean;

  /** Counts what administrators changed: the ETag. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz')
  created_at!: Date;
}
