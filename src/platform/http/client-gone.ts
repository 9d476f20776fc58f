/**
 * The client left before its request was whole or answered. Nobody is there to be told: no answer, no alarm, only what was
 * begun is taken back.
 */
export class ClientGone extends Error {
  constructor() {
    super('the client is gone');
    this.name = 'ClientGone';
  }
}
