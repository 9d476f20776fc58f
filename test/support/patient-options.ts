import type { DataSourceOptions } from 'typeorm';
import { dataSourceOptions } from '../../src/data-source.ts';

/** As the service asks, but for as long as it takes: what a busy machine delays is not refused. */
export function patientOptions(url: string, poolSize?: number): DataSourceOptions {
  const options = dataSourceOptions(url, poolSize === undefined ? {} : { poolSize });
  const unlimited = { connectionTimeoutMillis: 0, statement_timeout: 0, lock_timeout: 0, query_timeout: 0 };
  return { ...options, extra: { ...options.extra, ...unlimited } };
}
