import { bodyOf, createApi, type ApiAddress, type IntakeApi, type Schema } from './api-client.ts';
import { Cast, type FormFields, type Sitter } from './cast.ts';
import { Citizen } from './citizen.ts';
import { DeskClock, DeskCounters, DeskFaults } from './desk-tools.ts';
import { Inbox } from './inbox.ts';
import { Officer, type StaffWish } from './officer.ts';
import { PhotoAlbum, type PhotoSlot, type PhotoWish } from './photo-album.ts';
import type { paths } from './openapi.types.ts';
import { timelineOf } from './timeline.ts';

/** What a new workspace is like; `POST /_sim/workspaces` explains each. */
export type WorkspaceWish = Schema<'WorkspaceWishDto'>;

/** The journeys that the desk can play: `GET /_sim/journeys` tells what each shows. */
export type JourneyName = paths['/_sim/journeys/{name}']['post']['parameters']['path']['name'];

const MAY_MOVE_TIME = /^\/_sim\/(clock|journeys|reset)\b/;

/** A world of its own on the server: dossiers, numbers, clock, messages, faults, limits. */
export class Workspace implements AsyncDisposable {
  /** The typed client of every route, bound to this workspace. */
  readonly client: IntakeApi;
  /** For a client of your own: no header is needed with it. */
  readonly url: string;
  readonly sms: Inbox;
  readonly mail: Inbox;
  readonly clock: DeskClock;
  readonly counters: DeskCounters;
  readonly faults: DeskFaults;
  private readonly cast: Cast;
  private called = 0;
  private resets = 0;
  private lastWrite: string | undefined;

  constructor(
    readonly name: string,
    private readonly server: Pick<ApiAddress, 'url' | 'simulatorKey'>,
    private readonly album: PhotoAlbum,
  ) {
    this.client = createApi({ ...server, workspace: name });
    this.client.use({
      onResponse: ({ request, response, schemaPath }) => {
        this.lastWrite = response.headers.get('X-Event-Cursor') ?? this.lastWrite;
        if (schemaPath === '/_sim/reset' && response.ok) this.resets++;
        if (request.method !== 'GET' && MAY_MOVE_TIME.test(schemaPath)) this.cast.forget();
      },
    });
    this.url = `${server.url}/w/${name}`;
    this.cast = new Cast(this.client);
    this.sms = new Inbox(this.client, 'sms');
    this.mail = new Inbox(this.client, 'email');
    this.clock = new DeskClock(this.client);
    this.counters = new DeskCounters(this.client);
    this.faults = new DeskFaults(this.client);
  }

  /**
   * Somebody whom the registry knows: by the persona's key, else the next one whose data fits, and then strangers.
   * @param changes what they write into the form otherwise
   */
  citizen(persona?: string, changes: FormFields = {}): Citizen {
    const turn = persona === undefined ? this.called++ : 0;
    return this.embodied(() => (persona === undefined ? this.cast.onTurn(turn) : this.cast.called(persona)), changes);
  }

  /** Somebody invented whom the registry does not know; another one each time. */
  stranger(changes: FormFields = {}): Citizen {
    const serial = this.called++;
    return this.embodied(() => this.cast.stranger(serial), changes);
  }

  /** An officer, somebody else with every call; by default a clerk of the office that has the first dossier they are given. */
  staff(wish: StaffWish = {}): Officer {
    return new Officer(this.client, wish, () => this.resets);
  }

  /** A dossier in some state, reached by legal steps, with all that is needed to go on: tokens, password, messages. */
  async journey(name: JourneyName, options: Schema<'JourneyWishDto'> = {}): Promise<Schema<'PlayedDto'>> {
    return bodyOf(this.client.POST('/_sim/journeys/{name}', { params: { path: { name } }, body: options }));
  }

  /** A synthetic photo; the same wish gives the same bytes. */
  photos(slot: PhotoSlot, wish: PhotoWish = {}): Promise<Uint8Array> {
    return this.album.photo(slot, wish);
  }

  /** Empties this workspace, and no other. */
  async reset(): Promise<void> {
    await bodyOf(this.client.POST('/_sim/reset'));
    this.called = 0;
  }

  /** A copy with its dossiers and photos, to be changed and thrown away. */
  async fork(wish: Omit<WorkspaceWish, 'fork'> = {}): Promise<Workspace> {
    const { name } = await bodyOf(this.client.POST('/_sim/workspaces', { body: { ...wish, fork: this.name } }));
    const copy = new Workspace(name, this.server, this.album);
    copy.called = this.called;
    return copy;
  }

  /** What the last write through this handle is called, for `waitFor({ after })`. */
  get cursor(): string | undefined {
    return this.lastWrite;
  }

  /** What happened here, oldest first, for a person to read. */
  timeline(): Promise<string> {
    return timelineOf(this.client, this.name);
  }

  /** Removes the workspace with all that is in it. */
  async remove(): Promise<void> {
    await bodyOf(this.client.DELETE('/_sim/workspaces/{name}', { params: { path: { name: this.name } } }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }

  private embodied(find: () => Promise<Sitter>, changes: FormFields): Citizen {
    const sitter = async () => {
      const { form, persona } = await find();
      return { form: { ...form, ...changes }, persona };
    };
    return new Citizen({ client: this.client, sms: this.sms, album: this.album }, sitter);
  }
}
