import { ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { Refusal, validationFailed, type Fault } from '../refusal.ts';
import { isAskedByMany } from './asked-by-many.decorator.ts';
import { NoQuery } from './no-query.dto.ts';

/** Names that never reach an object of ours, whatever a schema says. */
const POISONED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const MOST_DEPTH = 6;
/** So many queries are remembered of all that are asked by many. */
const MOST_REMEMBERED = 500;

/**
 * Every body and query is clean before it is looked at: poisoned names are unknown fields, NUL and lone surrogates (which
 * PostgreSQL and validators choke on) are bad format, and all text is NFC. Then the DTO's own rules run, all at once.
 * A fault in a body is 422 with every pointer; a fault in a query string is 400.
 */
export class InputPipe implements PipeTransform {
  private readonly validation = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
    exceptionFactory: (errors) => validationFailed(errors.flatMap((error) => faultsOf(error, ''))),
  });

  private readonly remembered = new Map<string, unknown>();

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    if (metadata.type === 'param') {
      // Nothing has such a name, and PostgreSQL could not even be asked for it.
      if (typeof value === 'string' && value.includes('\u0000')) throw new Refusal('not-found');
      return value;
    }
    if (metadata.type === 'body' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      if (value !== undefined) throw validationFailed([{ pointer: '', code: 'wrong-type' }]);
      value = {};
    }
    if (metadata.metatype === NoQuery && Object.keys(value as object).length === 0) return value;
    if (isAskedByMany(metadata.metatype)) return this.recall(value, metadata);
    return this.checked(value, metadata);
  }

  private async recall(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const question = `${metadata.metatype!.name} ${JSON.stringify(value)}`;
    const known = this.remembered.get(question);
    if (known !== undefined) return known;
    const checked = Object.freeze(await this.checked(value, metadata));
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    this.remembered.set(question, checked);
    return checked;
  }

  private async checked(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const faults: Fault[] = [];
    const cleaned = clean(value, '', faults, 0);
    try {
      if (faults.length > 0) {
        // What was left out is missing now: that is not a second mistake.
        const named = new Set(faults.map(({ pointer }) => pointer));
        const further = (await this.furtherFaults(cleaned, metadata)).filter(({ pointer }) => !named.has(pointer));
        throw validationFailed([...faults, ...further]);
      }
      return await this.validation.transform(cleaned, metadata);
    } catch (error) {
      throw metadata.type === 'query' && error instanceof Refusal ? new Refusal('malformed-request', error.details) : error;
    }
  }

  private async furtherFaults(value: unknown, metadata: ArgumentMetadata): Promise<Fault[]> {
    return this.validation.transform(value, metadata).then(
      () => [],
      (error: unknown) => (error instanceof Refusal ? (error.details.errors ?? []) : []),
    );
  }
}

/** A deep copy with NFC text; what cannot be kept is left out and named in `faults`. */
function clean(value: unknown, pointer: string, faults: Fault[], depth: number): unknown {
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed()) {
      faults.push({ pointer, code: 'bad-format' });
      return undefined;
    }
    return value.normalize('NFC');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MOST_DEPTH) {
    faults.push({ pointer, code: 'wrong-type' });
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item, index) => clean(item, `${pointer}/${index}`, faults, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (POISONED_NAMES.has(name)) faults.push({ pointer: `${pointer}/${name}`, code: 'unknown-field' });
    else copy[name] = clean(member, `${pointer}/${safeName(name)}`, faults, depth + 1);
  }
  return copy;
}

/** Which fault code each of class-validator's constraints stands for; what is not named here is `bad-format`. */
const CODE_OF_CONSTRAINT: Record<string, string> = {
  isDefined: 'required',
  isNotEmpty: 'required',
  whitelistValidation: 'unknown-field',
  isString: 'wrong-type',
  isBoolean: 'wrong-type',
  isInt: 'wrong-type',
  isNumber: 'wrong-type',
  isArray: 'wrong-type',
  isObject: 'wrong-type',
  nestedValidation: 'wrong-type',
  maxLength: 'too-long',
  arrayMaxSize: 'too-long',
  arrayNotEmpty: 'required',
  arrayMinSize: 'required',
};

export function faultsOf(error: ValidationError, parent: string): Fault[] {
  const pointer = `${parent}/${safeName(error.property)}`;
  const own = Object.keys(error.constraints ?? {});
  const absent = error.value === undefined && own.length > 0 && !own.includes('whitelistValidation');
  const code = absent ? 'required' : own.map((constraint) => CODE_OF_CONSTRAINT[constraint]).find((known) => known !== undefined);
  return [
    ...(own.length > 0 ? [{ pointer, code: code ?? 'bad-format' }] : []),
    ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer)),
  ];
}

/** A client's own field name is shown back only when it is an ordinary one; anything else would be an echo of the input. */
export function safeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,63}$|^\d{1,3}$/.test(name) ? name : '?';
}
