import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Keyring } from '../platform/keyring.ts';
import { MessageSecrets } from './message-secrets.ts';

const [older, newer] = [randomBytes(32), randomBytes(32)];
const secrets = new MessageSecrets(new Keyring([newer, older]));
const id = randomUUID();

describe('a sealed secret', () => {
  it('opens for the message it was sealed for, and holds nothing readable', () => {
    const sealed = secrets.seal(id, { password: 'Tr7KpWq2' });
    expect(sealed.toString('latin1')).not.toContain('Tr7KpWq2');
    expect(secrets.open(id, sealed)).toEqual({ password: 'Tr7KpWq2' });
  });

  it('does not open for another message', () => {
    expect(() => secrets.open(randomUUID(), secrets.seal(id, { password: 'Tr7KpWq2' }))).toThrow();
  });

  it('does not open when one bit of it was changed, wherever it lies', () => {
    const sealed = secrets.seal(id, { password: 'Tr7KpWq2' });
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => secrets.open(id, changed)).toThrow();
    }
  });

  it('opens after the master key was rotated, until the old one is taken away', () => {
    const sealed = new MessageSecrets(new Keyring([older])).seal(id, { password: 'Tr7KpWq2' });
    expect(secrets.open(id, sealed)).toEqual({ password: 'Tr7KpWq2' });
    expect(() => new MessageSecrets(new Keyring([newer])).open(id, sealed)).toThrow('no key');
  });
});
