import { hash, verify, type Options } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane [S]. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing runs on the thread pool, which decoding of photos needs too: never more than this at once. */
const AT_ONCE = 2;

/** Passwords as argon2id hashes. Text is NFC before hashing, so that the same letters typed elsewhere are the same password. */
@Injectable()
export class Passwords {
  private readonly bounded = pLimit(AT_ONCE);
  private decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.bounded(() => hash(password.normalize('NFC'), ARGON2ID));
  }

  /** Verifies against a hash; without one (nobody of that name, or nobody with a password) it takes as long and answers no. */
  async verify(password: string, passwordHash: string | undefined): Promise<boolean> {
    const against = passwordHash || (await (this.decoy ??= this.hash('nobody has this password')));
    const matches = await this.bounded(() => verify(against, password.normalize('NFC')));
    return matches && against === passwordHash;
  }
}
