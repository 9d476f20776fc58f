/** The audit trail names its subjects by UUIDs; an office has a code, which stands at the end of one: `…-000000003102` [D]. */
export function officeSubject(code: string): { kind: 'office'; id: string } {
  return { kind: 'office', id: `00000000-0000-0000-0000-${code.padStart(12, '0')}` };
}
