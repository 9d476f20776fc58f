import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../platform/refusal.ts';
import { PhotoLine } from './photo-line.ts';

describe('the waiting line for photo work', () => {
  test('lets two in at a time, in the order of their coming', async () => {
    const line = new PhotoLine();
    const seen: string[] = [];
    let inside = 0;
    let most = 0;
    const work = (name: string) => async () => {
      most = Math.max(most, ++inside);
      seen.push(name);
      await new Promise(setImmediate);
      inside--;
      return name;
    };
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(await Promise.all(names.map((name) => line.run(work(name))))).toEqual(names);
    expect({ most, seen }).toEqual({ most: 2, seen: names });
  });

  test('goes on after a failure', async () => {
    const line = new PhotoLine();
    const failures = [1, 2, 3].map(() => line.run(() => Promise.reject(new Error('broken'))));
    for (const failure of failures) await expect(failure).rejects.toThrow('broken');
    expect(await line.run(() => Promise.resolve('next'))).toBe('next');
  });

  test('says when to come back once the wait would outlive half a minute', async () => {
    const line = new PhotoLine();
    let open = (): void => undefined;
    const door = new Promise<void>((resolve) => (open = resolve));
    const waiting = Array.from({ length: 1203 }, () => line.run(() => door));
    const refused: unknown = await line.run(() => door).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ code: 'service-unavailable', details: { retryAfter: 31 } });
    open();
    await Promise.all(waiting);
    expect(await line.run(() => Promise.resolve('room again'))).toBe('room again');
  });
});
