import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PhotoMeasures } from './photo-measures.ts';
import type { PhotoSlot } from './photo-slot.ts';

/** One photo that was accepted. The picture itself rests in the store, sealed, under the same id. */
@Entity('photos')
@Check('ck_photos_slot', `slot IN ('portrait', 'idFront', 'idBack')`)
@Check('ck_photos_sha256', 'length(sha256) = 32')
@Index('uq_photos_current', ['declaration_id', 'slot'], { unique: true, where: 'current' })
@Index('ix_photos_declaration', ['declaration_id'])
@Index('ix_photos_created', ['created_at'])
@Index('ix_photos_sha256', ['sha256'], { where: 'current' })
@Index('ix_photos_likeness', { synchronize: false })
export class Photo {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_photos' })
  id!: string;

  /** By table name: this room does not know the declarations' room. */
  @ForeignKey('declarations', { name: 'fk_photos_declaration', onDelete: 'CASCADE' })
  @Column('uuid')
  declaration_id!: string;

  @Column('text')
  slot!: PhotoSlot;

  /** False once another photo has taken the slot; kept for the revisions that were sent with it. */
  @Column('boolean', { default: true })
  current!: boolean;

  /** Of the bytes that were sent. */
  @Column('bytea')
  sha256!: Buffer;

  /** Size of the sealed file. */
  @Column('integer')
  stored_bytes!: number;

  @Column('integer')
  width!: number;

  @Column('integer')
  height!: number;

  @Column('jsonb')
  measures!: PhotoMeasures;

  /** What it looks like from afar; NULL of photos that are older than this. See perceptual-hash.ts. */
  @Column({ type: 'bit', length: 256, nullable: true })
  perceptual_hash!: string | null;

  @Column('timestamptz')
  created_at!: Date;
}
