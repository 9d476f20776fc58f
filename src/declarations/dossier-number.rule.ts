/** The kind of dossier that this intake takes in: giao dịch điện tử [I]. */
export const DOSSIER_KIND = 'GD';

/**
 * `49631.GD/2021/03102`: sequence, kind, year and office of receipt. One gapless counter per (office, kind, year), padded to
 * five digits and growing past 99999 [D]. The database writes it by the same rule and checks it (`ck_declarations_number`).
 */
export interface DossierNumber {
  readonly sequence: number;
  readonly kind: string;
  readonly year: number;
  readonly officeCode: string;
}

/** The number as it is written [S]. */
export function formatDossierNumber({ sequence, kind, year, officeCode }: DossierNumber): string {
  return `${String(sequence).padStart(5, '0')}.${kind}/${year}/${officeCode}`;
}

const PATTERN = /^(\d{5}|[1-9]\d{5,14})\.([A-Z]{2})\/(\d{4})\/(0\d{4})$/;

/** Reads a number as people type it from an SMS; undefined when it is none [D]. */
export function parseDossierNumber(text: string): DossierNumber | undefined {
  const parts = PATTERN.exec(text.trim());
  if (!parts || Number(parts[1]) === 0) return undefined;
  return { sequence: Number(parts[1]), kind: parts[2]!, year: Number(parts[3]), officeCode: parts[4]! };
}
