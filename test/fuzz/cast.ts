import type { Dice } from '../../src/simulator/photo-lab/dice.ts';
import type { Operation } from './api-description.ts';
import { happens, weighted } from './luck.ts';
import type { Subject, Townsfolk } from './townsfolk.ts';

const NOBODY: Subject = { facts: {} };

/** One subject that many requests use, until it is worn out and the next one, made in good time, takes its place. */
class Pool {
  private current: Promise<Subject> | undefined;
  private next: Promise<Subject> | undefined;
  private left = 0;

  constructor(
    private readonly make: () => Promise<Subject>,
    private readonly uses: number,
  ) {}

  /** @param renews false: whoever there is, however worn out, or nobody */
  take(renews: boolean): Promise<Subject> {
    if (!renews) return this.current ?? Promise.resolve(NOBODY);
    if (this.current === undefined || this.left <= 0) {
      this.current = this.next ?? this.make();
      this.next = undefined;
      this.left = this.uses;
    }
    this.left--;
    if (this.left === Math.floor(this.uses / 2)) {
      this.next = this.make();
      // Whoever takes it learns of the failure.
      this.next.catch(() => undefined);
    }
    return this.current;
  }

  /** Once nobody is being made any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.current, this.next]);
  }
}

/**
 * Finds for every operation somebody who may use it, and something to use it on, so that requests get past the door. What is used is
 * also used up: approved, withdrawn, deleted.
 */
export class Cast {
  /** False while the town must stand still because requests are about that move its clock or empty it. */
  renews = true;

  private readonly pools: Pool[] = [];
  private readonly drafts = this.pool(() => this.town.draft(), 20);
  private readonly wholeDrafts = this.pool(() => this.town.wholeDraft(), 12);
  private readonly uploads = this.pool(() => this.town.upload(), 6);
  private readonly dossiers = this.pool(() => this.town.submitted(), 20);
  private readonly returned = this.pool(async () => this.town.returned(await this.clerk()), 16);
  private readonly leased = this.pool(async () => this.town.leased(await this.clerk()), 12);
  private readonly accounts = this.pool(async () => this.town.account(await this.clerk()), 60);
  private readonly clerks = this.pool(() => this.town.officer('clerk'), Infinity);
  private readonly supervisors = this.pool(() => this.town.officer('supervisor'), Infinity);
  private readonly admins = this.pool(() => this.town.officer('admin'), Infinity);
  private readonly bystanders = this.pool(() => this.town.officer('clerk'), 4);
  private readonly leavingStaff = this.pool(() => this.town.officer('clerk'), 2);
  private readonly leavingCitizens = this.pool(async () => this.town.secondSession(await this.accounts.take(this.renews)), 2);
  private readonly leavingDrafts = this.pool(() => this.town.draft(), 2);
  private readonly leavingDossiers = this.pool(() => this.town.submitted(), 3);
  private readonly recovering = this.pool(async () => this.town.account(await this.clerk()), 60);
  private readonly staffSessions = this.pool(() => this.town.staffSession(), 40);
  private readonly renewableStaff = this.pool(() => this.town.staffSession(), 3);
  private readonly renewableCitizens = this.pool(async () => this.town.account(await this.clerk()), 5);

  constructor(private readonly town: Townsfolk) {}

  /** Once all who were begun are made. */
  async settled(): Promise<void> {
    for (const pool of this.pools) await pool.settled();
  }

  async subjectFor(operation: Operation, dice: Dice): Promise<Subject> {
    const { method, template } = operation;
    const own = (pool: Pool) => pool.take(this.renews);
    const isEnding = method === 'DELETE' && template.endsWith('/sessions/current');
    switch (operation.bearer) {
      case 'draftToken':
        if (template.startsWith('/v1/uploads')) return own(this.uploads);
        if (method === 'DELETE' && template.endsWith('{id}')) return own(this.leavingDrafts);
        return own(happens(dice, template.endsWith('/submission') ? 0.9 : 0.3) ? this.wholeDrafts : this.drafts);
      case 'trackingCode':
        if (template.endsWith('/withdrawal')) return own(this.leavingDossiers);
        return own(happens(dice, 0.6) ? this.returned : this.dossiers);
      case 'citizen':
        return own(isEnding ? this.leavingCitizens : this.accounts);
      case 'staff':
        return isEnding ? own(this.leavingStaff) : this.officer(operation, dice);
      case undefined:
        return this.anybody(template);
    }
  }

  /** A token that is good, but for something else. */
  async strangersToken(dice: Dice): Promise<string | undefined> {
    // Not the clerk who prepares the dossiers: a stranger's token may be used up.
    const pool = dice.pick([this.drafts, this.dossiers, this.leavingStaff, this.admins, this.leavingCitizens]);
    return (await pool.take(this.renews)).bearer;
  }

  private pool(make: () => Promise<Subject>, uses: number): Pool {
    const pool = new Pool(make, uses);
    this.pools.push(pool);
    return pool;
  }

  private async officer({ method, template }: Operation, dice: Dice): Promise<Subject> {
    const officer = await weighted(dice, [
      [8, this.clerks],
      [2, this.supervisors],
      [1, this.admins],
      [1, this.staffSessions],
    ]).take(this.renews);
    if (template.startsWith('/v1/admin')) return this.administrator(template, officer, dice);
    if (!template.includes('{id}')) return officer;
    if (method === 'POST' && template.endsWith('/lease')) return { ...officer, facts: (await this.dossiers.take(this.renews)).facts };
    return this.leased.take(this.renews);
  }

  /** Mostly somebody who may; what is changed is another officer, or an office that nobody here works at. */
  private async administrator(template: string, officer: Subject, dice: Dice): Promise<Subject> {
    const { bearer } = happens(dice, 0.8) ? await this.admins.take(this.renews) : officer;
    const { facts } = template.includes('{staffId}') ? await this.bystanders.take(this.renews) : NOBODY;
    return { ...(bearer !== undefined && { bearer }), facts };
  }

  private async anybody(template: string): Promise<Subject> {
    if (template.startsWith('/_sim/messages/')) {
      const { facts } = await this.accounts.take(this.renews);
      return { facts: { id: facts.messageId } };
    }
    const factsOf = async (pool: Pool) => ({ facts: (await pool.take(this.renews)).facts });
    if (template === '/v1/declarations/tracking') return factsOf(this.dossiers);
    if (template === '/v1/declarations/tracking-code') return factsOf(this.leavingDossiers);
    if (template === '/v1/sessions/refresh') return factsOf(this.renewableCitizens);
    if (template === '/v1/staff/sessions/refresh') return factsOf(this.renewableStaff);
    if (template.startsWith('/v1/sessions')) return factsOf(this.accounts);
    if (template.startsWith('/v1/password-resets')) return factsOf(this.recovering);
    return NOBODY;
  }

  private async clerk(): Promise<string> {
    return (await this.clerks.take(this.renews)).bearer ?? '';
  }
}
