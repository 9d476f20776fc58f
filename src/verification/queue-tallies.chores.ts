import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../platform/database/database.ts';
import { Housekeeping } from '../platform/housekeeping.ts';

/** So many rows are summed in no time; beyond them an office's are put together. */
const ROWS_THAT_DO_NO_HARM = 64;

/** Keeps the tallies short. */
@Injectable()
export class QueueTalliesChores implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly housekeeping: Housekeeping,
  ) {}

  onModuleInit(): void {
    this.housekeeping.register({ name: 'sum up tallies', run: () => this.sumUp() });
  }

  /** In one statement, so that whoever counts meanwhile sees all of them as they were or as they are. */
  private async sumUp(): Promise<number> {
    const rows = await this.database.rows(
      `WITH long AS (SELECT office_code FROM queue_tallies GROUP BY office_code HAVING count(*) > $1),
         gone AS (DELETE FROM queue_tallies USING long WHERE queue_tallies.office_code = long.office_code RETURNING queue_tallies.*)
       INSERT INTO queue_tallies (office_code, status, transferred, due_on, dossiers)
       SELECT office_code, status, transferred, due_on, sum(dossiers) FROM gone GROUP BY 1, 2, 3, 4 HAVING sum(dossiers) <> 0
       RETURNING id`,
      [ROWS_THAT_DO_NO_HARM],
    );
    return rows.length;
  }
}
