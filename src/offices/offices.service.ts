import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';
import { Refusal, type Fault } from '../platform/refusal.ts';
import { currentWorkspace, DEFAULT_WORKSPACE, inWorkspace, type Workspace } from '../platform/workspace/workspace.context.ts';
import { AWAKE_MS, Workspaces } from '../platform/workspace/workspaces.ts';
import { Office } from './office.entity.ts';
import { OfficeIndex, type OfficeFault, type OfficePage, type OfficeSearch } from './office-index.ts';

/** How long another copy may show what an administrator has changed since [D]. */
const GLANCE_MS = 2_000;

/** What the table and the day come to: another text as soon as either has changed, by whatever door. */
const STAMP = `SELECT coalesce(sum(hashtextextended(office::text || office_is_open(office), 0)), 0)::text AS stamp FROM offices office`;

/** A workspace's list as it was at one moment. */
interface Listed {
  readonly index: OfficeIndex;
  readonly stamp: string;
}

/**
 * The office list of each workspace, answered from memory: no reading asks the database. Whoever changes it reloads it at once; other
 * copies of the service glance at the table every two seconds, and a day's turn or a moved clock is noticed in the same way.
 */
@Injectable()
export class OfficesService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly lists = new Map<string, Listed>();
  private timer: NodeJS.Timeout | undefined;
  private glancing: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly workspaces: Workspaces,
    housekeeping: Housekeeping,
  ) {
    // It leaves nothing behind that anybody could see; but after a move of the clock the list is of that day before the mover hears of it.
    housekeeping.register({ name: 'offices of the day', run: async () => ((await this.refresh()) ? 1 : 0) });
  }

  async onModuleInit(): Promise<void> {
    await this.reload();
    this.workspaces.onWaking((workspace) => this.glanceAt(workspace));
    this.workspaces.onForgotten((name) => this.lists.delete(name));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.glancing ??= this.glance().finally(() => (this.glancing = undefined));
    }, GLANCE_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.glancing;
  }

  /** Reads the workspace's table anew; whoever changes an office calls this after the commit. */
  async reload(): Promise<void> {
    const { name } = currentWorkspace();
    // The stamp first: what changes in between is noticed at the next glance.
    const stamp = await this.readStamp();
    this.lists.set(name, { index: this.indexOf(stamp) ?? (await this.readIndex()), stamp });
  }

  /** Most workspaces have the shipped list: equal ones are kept once. */
  private indexOf(stamp: string): OfficeIndex | undefined {
    return [...this.lists.values()].find((listed) => listed.stamp === stamp)?.index;
  }

  private async readIndex(): Promise<OfficeIndex> {
    const [offices, open] = await Promise.all([
      this.database.manager.find(Office),
      this.database.rows<{ code: string }>(`SELECT code FROM offices office WHERE office_is_open(office)`),
    ]);
    const openCodes = new Set(open.map(({ code }) => code));
    return new OfficeIndex(offices.map((office) => ({ ...office, open: openCodes.has(office.code) })));
  }

  /** Reads the workspace's table anew if it or the day has changed. @returns whether it had */
  async refresh(): Promise<boolean> {
    if ((await this.readStamp()) === this.lists.get(currentWorkspace().name)?.stamp) return false;
    await this.reload();
    return true;
  }

  findOffice(code: string): Office | undefined {
    return this.listed.index.find(code);
  }

  /** @throws Refusal `not-found` */
  getOffice(code: string): Office {
    const office = this.findOffice(code);
    if (!office) throw new Refusal('not-found');
    return office;
  }

  /** What is wrong with this text as the receiving office of a declaration, if anything; of a closed office, who took over. */
  officeFault(code: string): { code: OfficeFault; text?: Fault['text'] } | undefined {
    const { index } = this.listed;
    const fault = index.faultOf(code);
    if (fault === undefined) return undefined;
    const successor = fault === 'office-closed' ? index.findSuccessor(code) : undefined;
    return successor ? { code: fault, text: closedFor(successor) } : { code: fault };
  }

  /** The list as it is now. It never changes itself: the next one is another. */
  get list(): OfficeIndex {
    return this.listed.index;
  }

  /** @throws Refusal `malformed-request` for a bad cursor */
  search(search: OfficeSearch): OfficePage {
    return this.listed.index.search(search);
  }

  suggestForDistrict(districtCode: string): Office[] {
    return this.listed.index.suggestForDistrict(districtCode);
  }

  suggestForManagementNumber(managementNumber: string): Office[] {
    return this.listed.index.suggestForManagementNumber(managementNumber);
  }

  /** A workspace begins with the default's list until its own is read. */
  private get listed(): Listed {
    return this.lists.get(currentWorkspace().name) ?? this.lists.get(DEFAULT_WORKSPACE.name) ?? NOTHING;
  }

  private async readStamp(): Promise<string> {
    const [row] = await this.database.rows<{ stamp: string }>(STAMP, [], 'offices_stamp');
    return row!.stamp;
  }

  private async glance(): Promise<void> {
    for (const workspace of this.workspaces.recent(AWAKE_MS)) await this.glanceAt(workspace);
  }

  private async glanceAt(workspace: Workspace): Promise<void> {
    // A database that does not answer is told by the readiness; what is known goes on being served.
    await inWorkspace(workspace, () => this.refresh()).catch(() => false);
  }
}

const NOTHING: Listed = { index: new OfficeIndex([]), stamp: '' };

function closedFor({ code, name }: Office): Required<Fault>['text'] {
  return {
    vi: `Cơ quan BHXH này đã ngừng tiếp nhận hồ sơ. Nơi tiếp nhận thay: [${code}] ${name}.`,
    en: `This social insurance office no longer receives dossiers. [${code}] ${name} took over.`,
  };
}
