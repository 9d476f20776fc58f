import { BUSY_OFFICE } from '../../test/support/dossier-rows.ts';

/** A clerk of the busy office, logged in. */
export class Clerk {
  private constructor(
    private readonly url: string,
    readonly token: string,
  ) {}

  /** @param url of a service whose desk is on */
  static async of(url: string): Promise<Clerk> {
    const body = JSON.stringify({ role: 'clerk', officeCode: BUSY_OFFICE });
    const response = await fetch(`${url}/_sim/tokens`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    return new Clerk(url, ((await response.json()) as { accessToken: string }).accessToken);
  }

  async asks<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.url}/v1/staff${path}`, {
      headers: { Authorization: `Bearer ${this.token}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}
