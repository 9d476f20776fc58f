import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PhotoSlot } from './photo-slot.ts';

/**
 * A photo that arrives piece by piece. `received` reaches `length` in the statement that takes the photo in, and not before: until then
 * the last byte is open. The pieces rest in the store of parts under the ids in `parts`, one after the other from the first byte on. A
 * row without parts tells whoever comes back how it ended.
 */
@Entity('uploads')
@Check('ck_uploads_slot', `slot IN ('portrait', 'idFront', 'idBack')`)
@Check('ck_uploads_length', 'length BETWEEN 1 AND 10485760')
@Check('ck_uploads_received', 'received BETWEEN 0 AND length')
@Check('ck_uploads_parts', 'cardinality(parts) <= 1000')
@Check('ck_uploads_finished', `received < length OR parts = '{}'`)
@Index('ix_uploads_declaration', ['declaration_id'])
@Index('ix_uploads_expiry', ['expires_at'], { where: `parts <> '{}'` })
export class Upload {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_uploads' })
  id!: string;

  /** By table name: this room does not know the declarations' room. */
  @ForeignKey('declarations', { name: 'fk_uploads_declaration', onDelete: 'CASCADE' })
  @Column('uuid')
  declaration_id!: string;

  @Column('text')
  slot!: PhotoSlot;

  /** Bytes of the whole photo, as its sender declared. */
  @Column('integer')
  length!: number;

  /** Bytes that count: the offset at which the sender goes on. */
  @Column('integer', { default: 0 })
  received!: number;

  @Column('uuid', { array: true, default: [] })
  parts!: string[];

  /** Who began last to add to it: an earlier one, whose connection may be long dead, adds nothing any more. */
  @Column('uuid', { nullable: true })
  writer!: string | null;

  @Column('timestamptz')
  created_at!: Date;

  @Column('timestamptz')
  expires_at!: Date;
}
