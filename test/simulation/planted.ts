/**
 * Bugs that are planted, to see whether the simulation finds them. Each is one that an engine of this kind may have, put
 * in from outside: by a database that does less than its statements say, or a method that does something else.
 */
import type { Newcomer } from '../../runtime/control/start.ts';
import type { Checkpoint } from '../../runtime/engine/cycle.ts';
import { Claims } from '../../runtime/store/claims.ts';
import { Errands } from '../../runtime/store/errands.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { channelKey, type TokenRow } from '../../runtime/store/memory/tables.ts';
import { Log, type Commit } from '../../runtime/store/log.ts';
import { Children } from '../../runtime/worker/children.ts';
import { DatabaseClock } from '../../runtime/worker/clock.ts';
import { Performer } from '../../runtime/worker/effects/performer.ts';
import { HeldRun } from '../../runtime/worker/held-run.ts';
import { Newcomers } from '../../runtime/worker/newcomers.ts';
import { Worker } from '../../runtime/worker/worker.ts';
import { host } from '../../runtime/host.ts';
import { NO_FAULTS, type NetworkFaults } from './network.ts';
import type { Mix } from './plan.ts';
import type { Simulation } from './simulation.ts';
import { Transactions } from './transactions.ts';

export interface PlantedBug {
  name: string;
  /** Within so many seeds it has to be found. Default: 1000. */
  seeds?: number;
  /** Returns how to take it back. */
  plant(simulation: Simulation): () => void;
}

type Method = (...args: any[]) => any;

/** Puts another method in the place of one; that gets the old one, and is called as a method. */
function replace(owner: object, name: string, make: (old: Method) => Method): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const methods = owner as Record<string, Method>;
  if (typeof methods[name] !== 'function') throw new Error(`nothing to replace: there is no method ${name}`);
  methods[name] = make(methods[name]!);
  return () => {
    if (own) Object.defineProperty(owner, name, own);
    else delete methods[name];
  };
}

/** Does something before a statement of this name. */
const before = (simulation: Simulation, name: string, meddle: (values: any[]) => void): (() => void) =>
  replace(simulation.database, 'execute', (execute) => (statement, values) => {
    if (statement.name.startsWith(name)) meddle(values);
    return execute.call(simulation.database, statement, values);
  });

const tokenOf = ({ database }: Simulation, [uid, request, attempt]: any[]): TokenRow | undefined =>
  database.tables.tokens.of(uid).find((token) => token.request === request && token.attempt === attempt);

function onlyFault(mix: Mix, fault: Partial<NetworkFaults>): void {
  for (const kind of Object.keys(mix.chaos) as (keyof typeof mix.chaos)[]) mix.chaos[kind] = 0;
  mix.network = { ...NO_FAULTS, ...fault };
}

const nothing = (): void => {};

export const PLANTED: PlantedBug[] = [
  {
    name: 'a run that is not stored yet is taken from the store, too',
    plant: () => replace(Newcomers.prototype, 'has', () => () => false),
  },
  {
    name: 'a run goes on though its start was refused',
    plant: () =>
      replace(Newcomers.prototype, 'begin', (begin) => async function (this: Newcomers, run) {
        const newcomer = (await begin.call(this, run)) as Newcomer | null;
        return newcomer && ({ ...newcomer, settle: (as) => newcomer.settle(as === 'refused' ? 'stored' : as) } satisfies Newcomer);
      }),
  },
  {
    name: 'a commit does not ask who holds the run, nor what the log has become',
    plant: (simulation) =>
      before(simulation, 'perdure_commit', (values) => {
        const { log, runs } = simulation.database.tables;
        const isBatch = Array.isArray(values[0]);
        for (let i = 0; i < (isBatch ? values[0].length : 1); i++) {
          const at = (column: number): any => (isBatch ? values[column][i] : values[column]);
          const table = log.of(at(0));
          const previous = table.get(at(1) - 1);
          table.delete(at(1), Number.POSITIVE_INFINITY);
          if (previous) previous.hash = at(2).toString('hex');
          runs.change(runs.byUid.get(at(0))!, { worker: at(7) });
        }
      }),
  },
  {
    name: 'a commit whose answer was lost counts as done',
    plant: () =>
      replace(
        Log.prototype,
        'commit',
        (commit) =>
          async function (this: Log, commits: Commit[]): Promise<Set<Commit>> {
            try {
              return await commit.call(this, commits);
            } catch (error) {
              if (error instanceof StoreError && error.kind === 'unknown') return new Set();
              throw error;
            }
          },
      ),
  },
  {
    name: 'a claim whose answer was lost counts as made',
    plant: () =>
      replace(
        Claims.prototype,
        'claimAttempt',
        (claimAttempt) =>
          async function (this: Claims, ...values) {
            try {
              return await claimAttempt.apply(this, values);
            } catch (error) {
              if (error instanceof StoreError && error.kind === 'unknown') return 'claimed';
              throw error;
            }
          },
      ),
  },
  {
    name: 'effects begin before what asks for them is committed',
    plant: () =>
      replace(
        HeldRun.prototype,
        'stepOf',
        (stepOf) =>
          function (this: any, checkpoint: Checkpoint) {
            const step = stepOf.call(this, checkpoint);
            for (const [n, document] of checkpoint.requests) {
              if ('effect' in document && document.by !== null) this.context.dispatcher.first(this.callOf(n, document));
            }
            return step;
          },
      ),
  },
  {
    name: 'the claim of a first attempt is not recorded',
    plant: () => {
      const stepOf = replace(
        HeldRun.prototype,
        'stepOf',
        (old) =>
          function (this: any, checkpoint: Checkpoint) {
            const { context } = this;
            this.context = { ...context, mayBegin: () => false };
            const step = old.call(this, checkpoint);
            this.context = context;
            return step;
          },
      );
      const afterCommit = replace(
        HeldRun.prototype,
        'afterCommit',
        (old) =>
          function (this: any, step: { checkpoint: Checkpoint }) {
            for (const [, document] of step.checkpoint.requests) if ('effect' in document) document.by = this.context.worker();
            old.call(this, step);
          },
      );
      return () => {
        stepOf();
        afterCommit();
      };
    },
  },
  {
    name: "timers fire by the host's clock",
    plant: () => replace(DatabaseClock.prototype, 'earliest', () => () => host.now()),
  },
  {
    name: 'messages are taken out of the inbox when they are read',
    plant: (simulation) =>
      replace(simulation.database, 'execute', (execute) => (statement, values) => {
        const rows = execute.call(simulation.database, statement, values);
        if (statement.name === 'perdure_load_run' || statement.name === 'perdure_read_inbox') {
          simulation.database.tables.inbox.of(values[0]).delete(0, Number.POSITIVE_INFINITY);
        }
        return rows;
      }),
  },
  {
    name: 'a run is let go of though something has arrived',
    plant: (simulation) =>
      before(simulation, 'perdure_release_run', (values) => {
        values[2] = simulation.database.tables.runs.byUid.get(values[0])?.mail;
      }),
  },
  {
    name: 'runs are claimed that others hold',
    plant: (simulation) =>
      before(simulation, 'perdure_claim_runs', ([worker]) => {
        const { runs, now } = simulation.database.tables;
        for (const run of runs.waking) if (run.worker !== null && run.worker !== worker) runs.free(run, now());
      }),
  },
  {
    name: 'what is in doubt is attempted again',
    plant: () =>
      replace(
        Performer.prototype,
        'markDoubt',
        () =>
          function (this: any, pending, attempt) {
            return this.claimAndBegin(pending, attempt + 1);
          },
      ),
  },
  {
    name: 'an outcome that comes too late for its run is dropped',
    plant: () => replace(Worker.prototype, 'sendLate', () => nothing),
  },
  {
    name: 'a lost notification is never made up for',
    plant: ({ mix }) => {
      // Nothing else fails: who does not poll does not look after those who are gone either.
      mix.options.pollMs = 1e9;
      onlyFault(mix, { deaf: 0.5 });
      return nothing;
    },
  },
  {
    name: 'workers that are gone are not buried',
    plant: (simulation) => replace(simulation.database, 'execute', (execute) => (statement, values) =>
      statement.name === 'perdure_bury_worker' ? [{ count: 0 }] : execute.call(simulation.database, statement, values)),
  },
  {
    name: 'a grant does not count what is under way',
    plant: (simulation) => before(simulation, 'perdure_grant_errands', () => {
      for (const limit of simulation.database.tables.limits.values()) if (limit.concurrency !== null) limit.concurrency = 100;
    }),
  },
  {
    name: 'a rate forgets what was granted',
    plant: (simulation) => before(simulation, 'perdure_grant_errands', () => simulation.database.tables.lanes.clear()),
  },
  {
    name: 'an errand is put by who has not seen the mail of its run',
    seeds: 3000, // two workers, one of them late, and a message in between
    plant: (simulation) =>
      before(simulation, 'perdure_put_errands', (values) => {
        for (const [i, uid] of values[0].entries()) values[8][i] = simulation.database.tables.runs.byUid.get(uid)?.mail;
      }),
  },
  {
    name: 'errands of workers that are gone are granted to others',
    plant: (simulation) =>
      before(simulation, 'perdure_free_errands', () => {
        for (const errand of simulation.database.tables.errands.values()) {
          if (errand.worker !== null && !simulation.database.tables.workers.has(errand.worker)) errand.idempotent = true;
        }
      }),
  },
  {
    name: 'errands of workers that are gone are not freed',
    plant: (simulation) =>
      replace(simulation.database, 'execute', (execute) => (statement, values) =>
        statement.name === 'perdure_free_errands' ? [] : execute.call(simulation.database, statement, values)),
  },
  {
    name: 'what a worker was granted and does not know of stays its own',
    plant: () => replace(Errands.prototype, 'giveBack', () => async () => {}),
  },
  {
    name: 'what a worker holds is not asked for after an answer was lost',
    plant: () => replace(Worker.prototype, 'recover', () => async () => {}),
  },
  {
    name: 'a transaction does not ask who holds the run, and goes on when that has left',
    plant: ({ mix }) => {
      Object.assign(mix.chaos, { pause: 1.5, pauseWithin: 4 }); // who stands still while another makes it
      const goesOn = replace(Performer.prototype, 'rollBack', () => nothing);
      const asksNot = replace(Transactions.prototype as any, 'isHeld', () => () => true);
      return () => {
        asksNot();
        goesOn();
      };
    },
  },
  {
    name: 'the result of a transaction is stored beside it',
    plant: () =>
      replace(
        Transactions.prototype,
        'store',
        () =>
          function (this: any, transaction, { statement, values }) {
            const rows = this.database.execute(statement, values);
            this.stored(statement, values, rows);
            return rows.map((row: object) => ({ ...row, transaction: transaction.number }));
          },
      ),
  },
  {
    name: 'a child is begun anew when its start is asked for again',
    seeds: 3000, // an answer lost, and a second start before the first is seen
    plant: (simulation) => {
      const seen = new Map<string, number>();
      return before(simulation, 'perdure_start_child', (values) => {
        const times = seen.get(values[0]) ?? 0;
        seen.set(values[0], times + 1);
        if (times === 0) return;
        values[0] = `${String(values[0]).slice(0, -4)}${String(times).padStart(4, '0')}`;
        values[1] = `${values[1]} (${times})`;
      });
    },
  },
  {
    name: 'nobody tells a parent of the end of its child',
    plant: () => replace(Children.prototype, 'tellParent', () => async () => {}),
  },
  {
    name: 'a token counts when it has expired',
    plant: (simulation) => before(simulation, 'perdure_complete_token', (values) => Object.assign(tokenOf(simulation, values) ?? {}, { expiresAt: null })),
  },
  {
    name: 'a token counts twice',
    plant: (simulation) => before(simulation, 'perdure_complete_token', (values) => Object.assign(tokenOf(simulation, values) ?? {}, { decidedAt: null })),
  },
  {
    name: 'a token whose end was not heard of counts as used',
    plant: (simulation) => {
      // Nothing else fails: a worker that takes the run anew finds out.
      onlyFault(simulation.mix, { unlucky: 'perdure_end_token' });
      return replace(simulation.database, 'execute', (execute) => (statement, values) => {
        const wasDecided = statement.name === 'perdure_end_token' && tokenOf(simulation, values)?.decidedAt != null;
        const rows = execute.call(simulation.database, statement, values);
        return wasDecided && rows.length > 0 ? [{ ended: false }] : rows;
      });
    },
  },
  {
    name: 'a message that is sent again is another, in spite of its key',
    plant: (simulation) => before(simulation, 'perdure_send_once', ([uid, , channel, key]) => simulation.database.tables.sent.of(uid).delete(channelKey(channel, key))),
  },
  {
    name: 'a question that is asked again is another',
    plant: (simulation) => before(simulation, 'perdure_ask_once', ([uid, , channel, key]) => simulation.database.tables.asks.of(uid).delete(channelKey(channel, key))),
  },
  {
    name: 'an answer is not stored with the cycle that gives it',
    plant: (simulation) => before(simulation, 'perdure_commit_answers', (values) => values.at(-1).fill(null)),
  },
];
