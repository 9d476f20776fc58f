import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

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
@Check('ck_offices_successor', `successor_code <> code`)
@Check('ck_offices_validity', `valid_from <= valid_to`)
@Check('ck_offices_reroutes', `NOT reroutes OR successor_code IS NOT NULL`)
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

  /**
   * In the table: false where it is closed and no day is known. In the list that is served: whether it receives declarations on this day
   * (`office_is_open`).
   */
  @Column({ name: 'open', type: 'boolean' })
  open!: boolean;

  /** The office that took over a closed one, where that is known. */
  @Column({ name: 'successor_code', type: 'text', nullable: true })
  @ForeignKey(() => Office, { name: 'fk_offices_successor' })
  successorCode!: string | null;

  /** For operators; no part of the API. */
  @Column({ name: 'note', type: 'text', nullable: true })
  note!: string | null;

  /** First day in Vietnam on which it receives declarations, `YYYY-MM-DD`; null: always has. */
  @Column({ name: 'valid_from', type: 'date', nullable: true })
  validFrom!: string | null;

  /** Last such day; null: until further notice. */
  @Column({ name: 'valid_to', type: 'date', nullable: true })
  validTo!: string | null;

  /** When it is closed, its open dossiers go to its successor. */
  @Column({ name: 'reroutes', type: 'boolean', default: false })
  reroutes!: boolean;

  /** Counts what administrators changed: the ETag. */
  @Column({ name: 'version', type: 'integer', default: 1 })
  version!: number;
}
