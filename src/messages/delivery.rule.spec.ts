import { describe, expect, it } from '@jest/globals';
import { verdictOn, verdictOnOverdue } from './delivery.rule.ts';

describe('what becomes of a message', () => {
  it('ends as the provider says when the provider took it', () => {
    expect(verdictOn({ kind: 'sent' }, 1)).toEqual({ kind: 'end', state: 'sent', error: null });
    expect(verdictOn({ kind: 'delivered' }, 3)).toEqual({ kind: 'end', state: 'delivered', error: null });
  });

  it('is tried again at once after the first failure, and every five minutes after that', () => {
    const failure = { kind: 'temporary-failure', code: 'smtp-451' } as const;
    expect(verdictOn(failure, 1)).toEqual({ kind: 'retry', inSeconds: 0, error: 'smtp-451' });
    expect(verdictOn(failure, 2)).toEqual({ kind: 'retry', inSeconds: 300, error: 'smtp-451' });
    expect(verdictOn(failure, 800)).toEqual({ kind: 'retry', inSeconds: 300, error: 'smtp-451' });
  });

  it('is not tried again when it was refused for good', () => {
    expect(verdictOn({ kind: 'permanent-failure', code: 'smtp-550' }, 1)).toEqual({
      kind: 'end',
      state: 'permanent-failure',
      error: 'smtp-550',
    });
  });

  it('tells a message that nobody tried from one that was tried in vain, once its time is over', () => {
    expect(verdictOnOverdue(0)).toMatchObject({ state: 'expired' });
    expect(verdictOnOverdue(1)).toMatchObject({ state: 'technical-failure' });
  });
});
