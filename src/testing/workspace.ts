import { bodyOf, createApi, type ApiAddress, type IntakeApi, type Schema } from './api-client.ts';
import { CAST, filledIn, stranger, type FormFields, type Sitter } from './cast.ts';
import { Citizen } from './citizen.ts';
import { DeskClock, DeskCounters, DeskFaults, knock } from './desk-tools.ts';
import { Inbox } from './inbox.ts';
import { Officer, type StaffWish } from './officer.ts';
import { PhotoAlbum, type PhotoSlot, type PhotoWish } from './photo-album.ts';
import { timelineOf } from './timeline.ts';

/** What a new workspace is like; `POST /_sim/workspaces` explains each. */
export type WorkspaceWish = Schema<'WorkspaceWishDto'>;

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
  private called = 0;

  constructor(
    readonly name: string,
    private readonly server: Pick<ApiAddress, 'url' | 'simulatorKey'>,
    private readonly album: PhotoAlbum,
  ) {
    this.client = createApi({ ...server, workspace: name });
    this.url = `${server.url}/w/${name}`;
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
    const sitter = persona === undefined ? Promise.resolve(this.nextOne()) : this.find(persona);
    return this.embodied(sitter, changes);
  }

  /** Somebody invented whom the registry does not know; another one each time. */
  stranger(changes: FormFields = {}): Citizen {
    return this.embodied(Promise.resolve(stranger(this.called++)), changes);
  }

  /** An officer, somebody else with every call; a clerk of office 03102 unless said otherwise. */
  staff(wish: StaffWish = {}): Officer {
    return new Officer(this.client, wish);
  }

  /** A dossier in some state, reached by legal steps: `POST /_sim/journeys/{name}`. */
  async journey(name: string, options: { persona?: string; officeCode?: string } = {}): Promise<unknown> {
    return knock(this.client, 'POST', `/_sim/journeys/${encodeURIComponent(name)}`, options);
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

  private embodied(sitter: Promise<Sitter>, changes: FormFields): Citizen {
    const changed = sitter.then(({ form, persona }) => ({ form: { ...form, ...changes }, persona }));
    return new Citizen({ client: this.client, sms: this.sms, album: this.album }, changed);
  }

  private nextOne(): Sitter {
    const turn = this.called++;
    const persona = Object.keys(CAST)[turn];
    return persona === undefined ? stranger(turn) : { form: filledIn(CAST[persona]!), persona };
  }

  /** Whoever is not of the cast, the server knows. */
  private async find(persona: string): Promise<Sitter> {
    const known = CAST[persona];
    if (known) return { form: filledIn(known), persona };
    const { items } = (await knock(this.client, 'GET', '/_sim/personas')) as { items: { key: string; form: FormFields }[] };
    const found = items.find(({ key }) => key === persona);
    if (!found) throw new Error(`nobody is called ${persona}: GET /_sim/personas lists all`);
    return { form: filledIn(found.form), persona };
  }
}
