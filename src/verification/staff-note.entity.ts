import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * What an officer wrote for other officers. It never reaches the citizen's messages or views, and it stands apart from the audit trail,
 * which names it by id, because the trail is never rewritten and a note must go with the rest.
 */
@Entity('staff_notes')
@Index('ix_staff_notes_declaration', ['declaration_id'])
export class StaffNote {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_staff_notes' })
  id!: string;

  @Column('uuid')
  @ForeignKey('declarations', { name: 'fk_staff_notes_declaration' })
  declaration_id!: string;

  @Column('uuid')
  @ForeignKey('staff', { name: 'fk_staff_notes_author' })
  author_id!: string;

  @Column('text')
  text!: string;

  @Column('timestamptz')
  written_at!: Date;
}
