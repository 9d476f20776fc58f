import type { Town } from './town.ts';

/** What a journey tells, as far as it is needed here. */
export interface Journey {
  readonly declarationId: string;
  readonly dossierNumber: string;
  readonly trackingCode: string;
  readonly officeCode: string;
  readonly version: number;
  readonly form: { readonly idNumber: string };
  readonly citizen: { readonly insuranceNumber: string; readonly password: string };
  readonly lease: { readonly leaseToken: string } | null;
}

/**
 * Plays journeys at the simulator's desk before anything is measured, in a service that is stopped afterwards: the one that is measured has
 * no desk, and the same keys.
 */
export async function playJourneys<Name extends string>(town: Town, names: readonly Name[]): Promise<Record<Name, Journey>> {
  const desk = await town.service({ SIMULATOR_DESK: 'on' });
  try {
    const played = {} as Record<Name, Journey>;
    for (const name of names) {
      const response = await fetch(`${desk.url}/_sim/journeys/${name}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
      });
      if (response.status !== 201) throw new Error(`the journey ${name} was refused: ${response.status} ${await response.text()}`);
      played[name] = (await response.json()) as Journey;
    }
    return played;
  } finally {
    await desk.stop();
  }
}
