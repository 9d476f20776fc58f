import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail server that takes everything and keeps the first mail, for whoever wants to send the like. */
let isFirst = true;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, _session, done) => {
    buffer(stream).then(
      (mail) => {
        if (isFirst) writeFileSync(process.env.FIRST_MAIL!, mail);
        isFirst = false;
        done();
      },
      (error: Error) => done(error),
    );
  },
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`listening on smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}\n`),
);
process.on('SIGTERM', () => process.exit(0));
