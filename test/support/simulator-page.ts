import { FAULT_AREAS, FAULTS, faultsOf, strikesRequests, type FaultDescription } from '../../src/simulator/faults/fault-catalogue.ts';
import { MAGIC_FIELDS, MAGIC_VALUES, type MagicOutcome } from '../../src/simulator/magic/magic-values.ts';

/** The tables of docs/simulator.md, made from the catalogues. */
export function simulatorTables(): string[] {
  return [faultTable(), valueTable()];
}

function faultTable(): string {
  const rows = FAULT_AREAS.flatMap((area) =>
    faultsOf(area).map((name) => {
      const { does, leadsTo, parameters }: FaultDescription = FAULTS[name];
      const told = Object.entries(parameters).map(
        ([parameter, { byDefault, least, most }]) => `\`${parameter}\` ${byDefault} (${least}–${most})`,
      );
      return `| \`${name}\` | ${does.en} | ${leadsTo.en} | ${told.join(', ') || '–'} | ${strikesRequests(name) ? 'yes' : '–'} |`;
    }),
  );
  return ['| fault | what happens | what a client sees | parameters | `Sim-Fault` |', '|---|---|---|---|---|', ...rows].join('\n');
}

function valueTable(): string {
  const rows = MAGIC_FIELDS.flatMap((field) =>
    MAGIC_VALUES.filter((value) => value.field === field).map(
      ({ value, does, outcome, fault }) =>
        `| \`${field}\` | \`${value}\` | ${does.en} | ${inWords(outcome)} | ${fault ? `\`${fault.name}\`` : '–'} |`,
    ),
  );
  return ['| field | value | what it does | leads to | as the fault |', '|---|---|---|---|---|', ...rows].join('\n');
}

function inWords(outcome: MagicOutcome): string {
  if ('messageState' in outcome) return `message \`${outcome.messageState}\`, arrives ${['never', 'once', 'twice'][outcome.arrives]}`;
  if (outcome.status === 201) return `201, ${outcome.warnings.map((code) => `\`${code}\``).join(', ')}`;
  return [outcome.status, outcome.code, outcome.fault]
    .filter((part) => part !== undefined)
    .map((part) => `\`${part}\``)
    .join(' ');
}
