import { expect } from '@jest/globals';
import { Keeping } from './kept.ts';
import type { FormFields, World } from './people.ts';
import type { SharedServer } from './shared-server.ts';

/** Fields to send instead of the good ones; undefined = not at all. */
export type FormChanges = Record<string, string | undefined>;

/** Enough to be taken in as photos: the form is judged before anybody looks at them. */
const BEGUN = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]);
export const UNSEEN_PHOTOS = { portrait: BEGUN, idFront: BEGUN, idBack: BEGUN };

/** Tries forms out: with one request the way the wizard's drafts go, and with one the one-shot way. */
export class FormDesk {
  private readonly keeping: Keeping;

  constructor(
    server: SharedServer,
    private readonly world: World,
  ) {
    this.keeping = new Keeping(server);
  }

  close(): Promise<void> {
    return this.keeping.close();
  }

  /** A good form with these changes. */
  formWith(changes: FormChanges): FormFields {
    const changed = Object.entries({ ...this.world.citizen().form, ...changes });
    return Object.fromEntries(changed.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  /**
   * Sends a good form with these changes in one request, which must be refused without an echo and leave nothing behind.
   * @returns its faults as `pointer: code`
   */
  async faultsOf(changes: FormChanges): Promise<string[]> {
    let faults: string[] = [];
    const kept = await this.keeping.addedBy(async () => {
      const response = await this.world.citizen().sends({ form: this.formWith(changes), photos: UNSEEN_PHOTOS });
      expect(response).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
      for (const value of Object.values(changes)) if (value && value.length > 6) expect(response.text).not.toContain(value);
      faults = faultsIn(response.body);
    });
    expect(kept).toEqual({});
    return faults;
  }

  /** What a draft keeps of these fields. @returns the draft, or `{refused: ['pointer: code', …]}` */
  async keptOf(fields: object): Promise<Record<string, unknown>> {
    const created = await this.world.api.post('/v1/drafts').send(fields);
    if (created.status !== 201) return { refused: faultsIn(created.body) };
    const { id, draftToken } = created.body as { id: string; draftToken: string };
    const { body } = await this.world.api.get(`/v1/drafts/${id}`).auth(draftToken, { type: 'bearer' }).expect(200);
    return body as Record<string, unknown>;
  }
}

/** The faults of a problem document as `pointer: code`. */
export function faultsIn(problem: { errors?: { pointer: string; code: string }[] }): string[] {
  return (problem.errors ?? []).map(({ pointer, code }) => `${pointer}: ${code}`);
}
