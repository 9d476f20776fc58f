import { randomUUID } from 'node:crypto';
import type { Test } from 'supertest';
import type { PhotoSlot } from '../../src/photos/photo-slot.ts';
import type { Method } from './api.ts';
import type { Photos, World } from './people.ts';

/** A draft in the hands of its owner, as the wizard of a mobile app goes through it. */
export class Wizard {
  private constructor(
    private readonly world: World,
    readonly id: string,
    readonly token: string,
  ) {}

  /** Starts a draft with these fields. */
  static async begins(world: World, fields: object = {}): Promise<Wizard> {
    const { body } = await world.api.post('/v1/drafts').send(fields).expect(201);
    return new Wizard(world, body.id, body.draftToken);
  }

  /** A draft with everything in it. */
  static async isReady(world: World, photos: Photos, fields: object = world.stranger().fields): Promise<Wizard> {
    const wizard = await Wizard.begins(world, fields);
    for (const [slot, bytes] of Object.entries(photos ?? (await world.plainPhotos())))
      await wizard.puts(slot as PhotoSlot, bytes).expect(200);
    return wizard;
  }

  /** The same draft, where it is served now. */
  at(world: World): Wizard {
    return new Wizard(world, this.id, this.token);
  }

  calls(method: Method, path = ''): Test {
    return this.world.api.call(method, `/v1/drafts/${this.id}${path}`).auth(this.token, { type: 'bearer' });
  }

  /** The draft as it stands. */
  async reads(): Promise<Record<string, unknown>> {
    const { body } = await this.calls('get').expect(200);
    return body as Record<string, unknown>;
  }

  /** Changes fields of the version that is named; of whatever version there is by default. */
  changes(fields: object, ifMatch = '*'): Test {
    return this.calls('patch').set('If-Match', ifMatch).send(fields);
  }

  puts(slot: PhotoSlot, bytes: Buffer): Test {
    return this.calls('put', `/photos/${slot}`).attach('file', bytes, 'photo.jpg');
  }

  submits(key: string = randomUUID()): Test {
    return this.calls('post', '/submission').set('Idempotency-Key', key);
  }
}
