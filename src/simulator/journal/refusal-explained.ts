import { FAULTS, type FaultCode } from '../../platform/http/fault-catalogue.ts';
import { REFUSALS, type RefusalCode } from '../../platform/refusal-catalogue.ts';
import type { JournalEntry } from './journal-entry.ts';
import { ADVICE, RULE_OF_FIELD, type Advice } from './refusal-advice.ts';
import { shapeAt, type ApiDocument, type Shape } from './request-shapes.ts';

interface Words {
  readonly vi: string;
  readonly en: string;
}

/** Where a rule comes from, as provenance.json tells it. */
export interface RuleOrigin {
  readonly rule: string;
  readonly statement: string;
  readonly origin: string;
}

/** The rule that refused a request, and the nearest request that it would not refuse. */
export interface Explained {
  readonly rule: {
    readonly title: Words;
    readonly detail: Words;
    readonly fields: readonly { readonly pointer: string; readonly code: string; readonly says?: Words; readonly rules: RuleOrigin[] }[];
  };
  readonly nearest: {
    readonly says: Words;
    readonly first: readonly string[];
    readonly headers: Readonly<Record<string, string>>;
    /** Faulty parts as they should be; `expected` is absent for a part to leave out. */
    readonly fields: readonly { readonly pointer: string; readonly expected?: Shape }[];
    readonly allowedActions?: readonly string[];
    readonly missing?: readonly string[];
    readonly methods?: readonly string[];
    readonly retryAfterSeconds?: number;
  };
}

const KNOWN_FAULTS: Readonly<Record<string, Words | undefined>> = FAULTS satisfies Record<FaultCode, Words>;

/** @returns undefined for what was not refused, or by nobody's rule: a fault of ours */
export function explain(entry: JournalEntry, document: ApiDocument, origins: readonly RuleOrigin[]): Explained | undefined {
  const { refusal, method, route } = entry;
  if (!refusal || !isRefusal(refusal.code)) return undefined;
  const { vi, en } = REFUSALS[refusal.code];
  const detail = { vi: vi.detail, en: en.detail };
  const { says = detail, first = [], headers = {} }: Partial<Advice> = ADVICE[refusal.code] ?? {};
  const { allowedActions, missing, methods, retryAfterSeconds } = refusal;
  return {
    rule: {
      title: { vi: vi.title, en: en.title },
      detail,
      fields: refusal.errors.map(({ pointer, code }) => {
        const known = KNOWN_FAULTS[code];
        const rules = origins.filter(({ rule }) => rule === RULE_OF_FIELD[pointer]);
        return { pointer, code, ...(known && { says: known }), rules };
      }),
    },
    nearest: {
      says,
      first: first.map((call) => call.replace('{dossier}', dossierPath(route))),
      headers,
      fields: refusal.errors.map(({ pointer }) => {
        const expected = route === null ? undefined : shapeAt(document, method, route, pointer);
        return { pointer, ...(expected && { expected }) };
      }),
      ...(allowedActions && { allowedActions }),
      ...(missing && { missing }),
      ...(methods && { methods }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  };
}

function isRefusal(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

/** The route up to and with the id. */
function dossierPath(route: string | null): string {
  return /^.*?\{\w+\}/.exec(route ?? '')?.[0] ?? route ?? '';
}
