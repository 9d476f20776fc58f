import { PERSONAS } from '../../registry/registry.personas.ts';
import { MAGIC_VALUES, type MagicField } from '../magic/magic-values.ts';
import { VARIATIONS } from '../personas/desk.personas.ts';

/** The fields whose values could be a real person's, and by which they can be told. */
export const GUARDED_FIELDS = ['phone', 'email', 'insuranceNumber', 'idNumber'] as const;
export type GuardedField = (typeof GUARDED_FIELDS)[number];

/** What everybody invented here has, whole: personas, their variations, magic values. */
const known = (field: 'insuranceNumber' | 'idNumber') => [
  ...PERSONAS.map(({ person }) => person[field]),
  ...VARIATIONS.flatMap(({ declares }) => declares[field] ?? []),
];
const magic = (field: MagicField) => MAGIC_VALUES.filter((value) => value.field === field).map(({ value }) => value);

const KNOWN: Readonly<Record<'insuranceNumber' | 'idNumber', ReadonlySet<string>>> = {
  insuranceNumber: new Set([...known('insuranceNumber'), ...magic('insuranceNumber')]),
  idNumber: new Set([...known('idNumber'), ...magic('idNumber')]),
};

/** All phones invented here: E.164. */
const PHONES = /^\+84352153\d{3}$/;

/** Domains that nobody can have: RFC 2606, and their subdomains. */
const DOMAINS = /@([a-z0-9-]+\.)*(example\.(com|org|net)|[a-z0-9-]+\.(test|example|invalid))$/i;

/**
 * Insurance numbers for inventing people: `00…`, since no province has the code 00, `79990…` beside the magic ones, and `…98998…`, where
 * REGISTRY_SEED's people are [D].
 */
const INSURANCE_NUMBERS = /^(00\d{8}|79990\d{5}|\d{2}98998\d{3})$/;

/**
 * ID numbers for inventing people: a chip card whose own six digits begin with 998 or 999, an old card whose last six begin with 999, a
 * passport whose digits begin with 999, as personas and REGISTRY_SEED's people have them [D].
 */
const ID_NUMBERS = /^(\d{6}99[89]\d{3}|\d{3}999\d{3}|[A-Z]{1,2}999\d{3,5})$/;

/** Whether a value in canonical form is one that was set aside for invented people. */
const IS_INVENTED: Readonly<Record<GuardedField, (value: string) => boolean>> = {
  phone: (value) => PHONES.test(value),
  email: (value) => DOMAINS.test(value),
  insuranceNumber: (value) => KNOWN.insuranceNumber.has(value) || INSURANCE_NUMBERS.test(value),
  idNumber: (value) => KNOWN.idNumber.has(value) || ID_NUMBERS.test(value),
};

/** @returns the fields that could be a real person's */
export function perhapsReal(form: Readonly<Record<string, unknown>>): GuardedField[] {
  return GUARDED_FIELDS.filter((field) => {
    const value = form[field];
    return typeof value === 'string' && !IS_INVENTED[field](value);
  });
}
