import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Declaration } from './declaration.entity.ts';
import type { DeclarationForm } from './form/declaration-form.ts';

/** What was sent with each revision. Append-only. */
@Entity('declaration_revisions')
export class DeclarationRevision {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_declaration_revisions' })
  @ForeignKey(() => Declaration, { name: 'fk_declaration_revisions_declaration' })
  declaration_id!: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'pk_declaration_revisions' })
  revision!: number;

  @Column('jsonb')
  form!: DeclarationForm;

  @Column('jsonb')
  photo_ids!: Record<string, string>;

  @Column('timestamptz')
  submitted_at!: Date;
}

/** What proves a consent: a tick in the form, or the signature on the paper that the office files. */
export type ConsentEvidence = 'tick' | 'signed-form';

/** One purpose that the citizen agreed to: which text, when, and what proves it. Append-only. */
@Entity('consents')
@Check('ck_consents_evidence', `evidence IN ('tick', 'signed-form')`)
@Check('ck_consents_purpose', `purpose IN ('commitment', 'data-processing', 'email-copy', 'email-for-notices')`)
export class Consent {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_consents' })
  @ForeignKey(() => Declaration, { name: 'fk_consents_declaration' })
  declaration_id!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_consents' })
  purpose!: string;

  @Column('text')
  text_version!: string;

  @Column('timestamptz')
  accepted_at!: Date;

  @Column('text', { default: 'tick' })
  evidence!: ConsentEvidence;
}
