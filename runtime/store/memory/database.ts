/**
 * A database in memory that knows the statements of `queries/` by their names. Each is done in one go, as a
 * transaction that nobody sees half of; its answer shares nothing with the tables.
 *
 * A statement that is new there gets its implementation here, in the file of the same name: a test compares the lists.
 */
import { StoreError } from '../errors.ts';
import type { Row, Statement } from '../sql.ts';
import { admitting } from './admit-runs.ts';
import { asking } from './asks.ts';
import { artifacts } from './artifacts.ts';
import { claiming } from './claim-runs.ts';
import { claims } from './claims.ts';
import { committing } from './commit-cycles.ts';
import { debouncing } from './debounce.ts';
import { errands } from './errands.ts';
import { families } from './families.ts';
import { finding } from './find-run.ts';
import { grants } from './grants.ts';
import { holding } from './held-runs.ts';
import { listing } from './list-runs.ts';
import { loading } from './load-run.ts';
import { moving } from './move-run.ts';
import { pruning } from './prune.ts';
import { releasing } from './release-run.ts';
import { sendingHeld } from './send-held.ts';
import { retrying } from './retry-run.ts';
import { scheduling } from './schedules.ts';
import { sending } from './send-message.ts';
import { starting } from './start-run.ts';
import { Tables } from './tables.ts';
import { terminating } from './terminate-run.ts';
import { tokens } from './tokens.ts';
import { turning } from './turns.ts';
import { working } from './workers.ts';

export const IMPLEMENTATIONS = new Map([
  ...admitting,
  ...artifacts,
  ...asking,
  ...claiming,
  ...claims,
  ...committing,
  ...debouncing,
  ...errands,
  ...families,
  ...finding,
  ...grants,
  ...holding,
  ...listing,
  ...loading,
  ...moving,
  ...pruning,
  ...releasing,
  ...retrying,
  ...scheduling,
  ...sending,
  ...sendingHeld,
  ...starting,
  ...terminating,
  ...tokens,
  ...turning,
  ...working,
]);

export class MemoryDatabase {
  readonly tables: Tables;

  /** `now` is the database's clock: ms since 1970. */
  constructor(now: () => number) {
    this.tables = new Tables(now);
  }

  /** Does a statement. Throws StoreError where PostgreSQL would refuse it. */
  execute(statement: Statement, values: unknown[]): Row[] {
    const run = IMPLEMENTATIONS.get(statement.name);
    if (!run) throw new StoreError('refused', 'store_statement', `The store in memory does not know the statement ${statement.name}`);
    return run(this.tables, ...(values as never[]));
  }
}
