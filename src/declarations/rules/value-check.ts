import type { FaultCode } from '../../platform/http/fault-catalogue.ts';
import type { Fault } from '../../platform/refusal.ts';

/** Why a value is refused, and what is said of it where the catalogue's sentence is too general. */
export type ValueFault = { readonly ok: false; readonly code: FaultCode; readonly text?: Fault['text'] };

/**
 * What a value rule says of one raw text: the value in its canonical form, or the one fault that the person should hear of.
 * Value rules are pure, never throw, whatever the text holds, and take time linear in its length.
 */
export type ValueCheck<Value = string> = { readonly ok: true; readonly value: Value } | ValueFault;

export function accepted<Value>(value: Value): ValueCheck<Value> {
  return { ok: true, value };
}

export function refused(code: FaultCode, text?: Fault['text']): ValueFault {
  return { ok: false, code, ...(text && { text }) };
}
