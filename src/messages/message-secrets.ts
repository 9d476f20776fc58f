import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring } from '../platform/keyring.ts';
import type { Secret } from './message.types.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what a message tells in confidence while it waits in the outbox: AES-256-GCM, the message's id as associated data, so that a
 * secret moved to another row does not open. Layout: key id (8 bytes), nonce (12), tag (16), ciphertext.
 */
@Injectable()
export class MessageSecrets {
  constructor(private readonly keyring: Keyring) {}

  seal(messageId: string, secret: Secret): Buffer {
    const [newest] = this.keyring.keysFor('messages');
    if (!newest) throw new Error('the keyring holds no key');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, newest.key, nonce).setAAD(Buffer.from(messageId));
    const ciphertext = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()]);
    return Buffer.concat([newest.id, nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** What the newest key sealed begins with. */
  get newestKeyId(): Buffer {
    return this.keyring.keysFor('messages')[0]!.id;
  }

  /** @throws Error when the secret belongs to another message, was tampered with, or its key is gone */
  open(messageId: string, sealed: Buffer): Secret {
    const keyId = sealed.subarray(0, KEY_ID_BYTES);
    const nonce = sealed.subarray(KEY_ID_BYTES, KEY_ID_BYTES + NONCE_BYTES);
    const tag = sealed.subarray(KEY_ID_BYTES + NONCE_BYTES, KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES);
    const ciphertext = sealed.subarray(KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES);
    const match = this.keyring.keysFor('messages').find(({ id }) => id.equals(keyId));
    if (!match) throw new Error('no key of the keyring sealed this');
    const decipher = createDecipheriv(ALGORITHM, match.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(messageId))
      .setAuthTag(tag);
    return JSON.parse(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')) as Secret;
  }
}
