import type { FaultCode } from '../../platform/http/fault-catalogue.ts';

/**
 * What a value rule says of one raw text: the value in its canonical form, or the one fault that the person should hear of.
 * Value rules are pure, never throw, whatever the text holds, and take time linear in its length.
 */
export type ValueCheck<Value = string> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly code: FaultCode };

export function accepted<Value>(value: Value): ValueCheck<Value> {
  return { ok: true, value };
}

export function refused(code: FaultCode): { readonly ok: false; readonly code: FaultCode } {
  return { ok: false, code };
}
