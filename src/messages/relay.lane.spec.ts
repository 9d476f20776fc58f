import { describe, expect, it } from '@jest/globals';
import { Lane } from './relay.lane.ts';

/** A lane whose passes end when the test says so. */
function controlledLane() {
  const ends: { resolve: (done: number) => void; reject: (error: Error) => void }[] = [];
  let abreast = 0;
  let mostAbreast = 0;
  const lane = new Lane(async () => {
    mostAbreast = Math.max(mostAbreast, ++abreast);
    try {
      return await new Promise<number>((resolve, reject) => ends.push({ resolve, reject }));
    } finally {
      abreast--;
    }
  });
  return { lane, ends, mostAbreast: () => mostAbreast };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a lane', () => {
  it('gives everyone who asks during a pass one pass more, and only one', async () => {
    const { lane, ends, mostAbreast } = controlledLane();
    const first = lane.run();
    const late = [lane.run(), lane.run(), lane.run()];
    await turn();
    expect(ends).toHaveLength(1);

    ends[0]!.resolve(1);
    expect(await first).toBe(1);
    await turn();
    expect(ends).toHaveLength(2);

    ends[1]!.resolve(2);
    expect(await Promise.all(late)).toEqual([2, 2, 2]);
    expect(lane.idle).toBe(true);
    expect(mostAbreast()).toBe(1);
  });

  it('goes on after a pass that failed, and tells only those who asked for it', async () => {
    const { lane, ends } = controlledLane();
    const first = lane.run();
    const second = lane.run();
    ends[0]!.reject(new Error('no database'));
    await expect(first).rejects.toThrow('no database');
    await turn();
    ends[1]!.resolve(3);
    expect(await second).toBe(3);
  });

  it('is settled when neither a pass nor the one that follows it is left', async () => {
    const { lane, ends } = controlledLane();
    void lane.run();
    void lane.run();
    let settled = false;
    const settling = lane.settled().then(() => (settled = true));
    ends[0]!.resolve(0);
    await turn();
    expect(settled).toBe(false);
    ends[1]!.resolve(0);
    await settling;
    expect(lane.idle).toBe(true);
  });
});

describe('a nudged lane', () => {
  const never = (error: unknown) => {
    throw error;
  };

  /** Where this process got no time for as long as a breath, a nudge begins at once once more. */
  function untilItBreathes(lane: Lane, passes: () => number): void {
    for (let before = -1; passes() > before;) {
      before = passes();
      lane.nudge(never);
    }
  }

  it('begins at once after a rest, and gathers who comes soon after into one pass', async () => {
    const begun: number[] = [];
    const lane = new Lane(() => Promise.resolve(begun.push(performance.now())));
    lane.nudge(never);
    expect(begun).toHaveLength(1);
    await turn();
    untilItBreathes(lane, () => begun.length);
    const [first, passes] = [begun.at(-1)!, begun.length];
    for (let times = 0; times < 100; times++) lane.nudge(never);
    expect(begun).toHaveLength(passes);
    await lane.run();
    expect(begun).toHaveLength(passes + 1);
    await until(() => begun.length === passes + 2);
    expect(begun.at(-1)! - first).toBeGreaterThanOrEqual(20);
  });

  it('begins nothing more once it has ended, also where it only draws breath', async () => {
    const begun = { ended: 0, other: 0 };
    const lanes = [new Lane(() => Promise.resolve(++begun.ended)), new Lane(() => Promise.resolve(++begun.other))];
    for (const lane of lanes) lane.nudge(never);
    await turn();
    // Both draw breath now, the other one not a moment less.
    untilItBreathes(lanes[0]!, () => begun.ended);
    untilItBreathes(lanes[1]!, () => begun.other);
    const before = { ...begun };
    lanes[0]!.end();
    lanes[0]!.nudge(never);
    await until(() => begun.other === before.other + 1);
    expect(begun.ended).toBe(before.ended);
    await lanes[0]!.settled();
  });

  it('tells of a pass that fails', async () => {
    const lane = new Lane(() => Promise.reject(new Error('no database')));
    const failure = await new Promise((resolve) => lane.nudge(resolve));
    expect(failure).toEqual(new Error('no database'));
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}
