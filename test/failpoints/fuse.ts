import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_ORDER, type Command, type Order, type Point, type Word } from './order.ts';

/** How long whoever is delayed waits: long enough for a second request to come in between. */
export const DELAY_MS = 300;

/** Inside the service under test: holds the one order that is armed, and counts. */
class Fuse {
  private order: Order | undefined;
  private meetings = 0;
  private met: Partial<Record<Point, number>> = {};
  private struck = false;

  /** Listens to the harness; does nothing at all in a process that has none. */
  connect(): void {
    const first = process.env[FIRST_ORDER];
    if (first !== undefined) this.order = JSON.parse(first) as Order;
    process.on('message', (command: Command) => {
      if ('arm' in command) {
        this.order = command.arm;
        [this.meetings, this.met, this.struck] = [0, {}, false];
        return say({ armed: true });
      }
      this.order = undefined;
      say({ disarmed: { met: this.met, struck: this.struck } });
    });
  }

  isAbout(point: Point): boolean {
    return this.order !== undefined && (this.order.effect === undefined || this.order.point === point);
  }

  /** Counts a meeting. @returns the order when it strikes here */
  meet(point: Point): Order | undefined {
    const { order } = this;
    if (!order) return undefined;
    if (order.effect === undefined) {
      this.met[point] = (this.met[point] ?? 0) + 1;
      return undefined;
    }
    if (order.point !== point || this.struck || ++this.meetings !== order.nth) return undefined;
    this.struck = true;
    if (order.effect !== 'crash') say({ struck: true });
    return order;
  }

  /** A line at which the process may die, throw or wait. */
  async line(point: Point): Promise<void> {
    const effect = this.meet(point)?.effect;
    if (effect === 'crash') {
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    }
    // As any line fails when what it stands on has gone.
    if (effect === 'throw') throw Object.assign(new Error('a failpoint'), { code: 'ECONNRESET' });
    if (effect === 'delay') await pause(DELAY_MS);
  }
}

function say(word: Word): void {
  process.send?.(word);
}

export const fuse = new Fuse();
