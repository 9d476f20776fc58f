import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { REFUSALS, STATUS_OF_KIND, type RefusalCode } from '../refusal-catalogue.ts';

/** Names the refusals of a route in the API document, one response per status with every code that can stand in it. */
export function ApiProblems(...codes: RefusalCode[]) {
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of codes) {
    const status = STATUS_OF_KIND[REFUSALS[code].kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, known]) =>
      ApiResponse({
        status,
        description: known.map((code) => `\`${code}\`: ${REFUSALS[code].en.title}`).join(' · '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(known.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      }),
    ),
  );
}

function exampleOf(code: RefusalCode): object {
  const { kind, vi } = REFUSALS[code];
  return { type: `/problems/${code}`, title: vi.title, status: STATUS_OF_KIND[kind], detail: vi.detail, instance: '0199c2d4-…', code };
}
