import { migrate } from './migrate.ts';

/** `DATABASE_OWNER_URL=… DATABASE_URL=… node dist/src/migrate.command.js`: brings a database up to date without serving it. */
const requestUrl = process.env.DATABASE_URL;
if (!requestUrl) throw new Error('DATABASE_URL names the database to bring up to date');
await migrate({
  ownerUrl: process.env.DATABASE_OWNER_URL ?? requestUrl,
  requestUrl,
  markForSimulator: process.env.SIMULATOR_DESK === 'on',
});
