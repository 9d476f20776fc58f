import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { StaffMember } from './staff.entity.ts';

@Entity('staff_sessions')
@Unique('uq_staff_sessions_access', ['access_hash'])
@Unique('uq_staff_sessions_refresh', ['refresh_hash'])
@Index('ix_staff_sessions_staff', ['staff_id'])
export class StaffSession {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_staff_sessions' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => StaffMember, { name: 'fk_staff_sessions_staff', onDelete: 'CASCADE' })
  staff_id!: string;

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
