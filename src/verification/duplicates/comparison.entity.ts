import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * Whether a dossier has been compared with all others since it was last sent, and the person in it as others are compared with it. Asked
 * for by triggers of `declarations`, whatever door a declaration came through; gone with what was declared.
 */
@Entity('comparisons')
@Index('ix_comparisons_due', ['declaration_id'], { where: 'answered < asked' })
@Index('ix_comparisons_person', ['name', 'birth_year'])
@Check('ck_comparisons_answered', 'answered <= asked')
export class Comparison {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_comparisons' })
  @ForeignKey('declarations', { name: 'fk_comparisons_declaration', onDelete: 'CASCADE' })
  declaration_id!: string;

  /** How often a comparison was asked for. */
  @Column('integer', { default: 1 })
  asked!: number;

  /** Up to which of them it was done. */
  @Column('integer', { default: 0 })
  answered!: number;

  /** Without diacritics. */
  @Column('text', { nullable: true })
  name!: string | null;

  @Column('integer', { nullable: true })
  birth_year!: number | null;

  /** The registry's. */
  @Column('date', { nullable: true })
  birth_date!: string | null;
}
