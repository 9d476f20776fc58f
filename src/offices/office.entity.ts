import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A province's own office, or one of its district offices. */
export const OFFICE_LEVELS = ['province', 'district'] as const;
export type OfficeLevel = (typeof OFFICE_LEVELS)[number];

/**
 * How sure the code of an office is, no complete official list being public: `verified` a public source shows this code with this name,
 * `verified-by-qr` seen on health cards, `derived` by the rule `0` + province + sequence, `ambiguous` where that rule leaves a choice,
 * `guess`.
 */
export const CODE_STATUSES = ['verified', 'verified-by-qr', 'derived', 'ambiguous', 'guess'] as const;
export type CodeStatus = (typeof CODE_STATUSES)[number];

/** An office of the simulated list: where declarations are received. */
@Entity({ name: 'offices' })
@Check('ck_offices_code', `code ~ '^0[0-9]{4}$'`)
export class Office {
  /** `0` and four digits: province of the General Statistics Office and a sequence [S]. */
  @PrimaryColumn({ name: 'code', type: 'text', primaryKeyConstraintName: 'pk_offices' })
  code!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'level', type: 'text' })
  level!: OfficeLevel;

  @Column({ name: 'province_code', type: 'text' })
  provinceCode!: string;

  /** The district it stands for, null for a province's own office; offices of merged districts keep a code that no list of places has. */
  @Column({ name: 'district_code', type: 'text', nullable: true })
  districtCode!: string | null;

  @Column({ name: 'address', type: 'text', nullable: true })
  address!: string | null;

  /** As published, a landline. */
  @Column({ name: 'phone', type: 'text', nullable: true })
  phone!: string | null;

  @Column({ name: 'code_status', type: 'text' })
  codeStatus!: CodeStatus;

  /** Whether it receives declarations. */
  @Column({ name: 'open', type: 'boolean' })
  open!: boolean;

  /** The office that took over a closed one, where that is known. */
  @Column({ name: 'successor_code', type: 'text', nullable: true })
  successorCode!: string | null;

  /** For operators; no part of the API. */
  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;
}
