/**
 * Opens a store and makes an engine over it.
 */
import { durationMs } from '../builtins/duration.ts';
import { PerdureError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { WORKER_DEFAULTS } from '../worker/worker.ts';
import { Engine } from './engine.ts';
import { retentionOf, type RetentionOption } from './retention.ts';

export interface OpenOptions {
  /** A PostgreSQL URL, the directory of an embedded store, or `memory:` for tests, which ends with this engine. */
  store: string;
  /** Connections to PostgreSQL at the most; as many again for effects that are transactions. Default: 10. */
  connectionsMax?: number;
  /** How often the store is asked for news. Default: 1 second. */
  poll?: number | string;
  /** How long other workers wait for this one to show that it lives. Default: 15 seconds. */
  lease?: number | string;
  /** How long a run that waits is kept in memory. Default: 500 ms. */
  rest?: number | string;
  /** How many runs are held in memory at the most. Default: 1000. */
  runsMax?: number;
  /** What a run may ask for; beyond that it is parked, and the others go on. */
  limits?: {
    /** How long one cycle may take. Default: 5 seconds. `Infinity`: nothing watches, and nothing is paid for it. */
    cycle?: number | string;
    /** How large the state of a run may be, in bytes. Default: 64 MiB. */
    stateBytes?: number;
  };
  /**
   * How long runs are kept after their end, by how they have ended: `{ completed: '30 days' }`. Enforced by engines that work, for
   * runs of the modules that they provide. Default: for good.
   */
  retention?: RetentionOption;
}

const RETENTION_EVERY_MS = 60_000;

/** Opens the store and returns an engine over it. */
export async function open(options: OpenOptions): Promise<Engine> {
  if (typeof options?.store !== 'string' || options.store === '') {
    throw new PerdureError('store_missing', '`open` needs a store: a PostgreSQL URL, or the path of a directory.');
  }
  const retention = options.retention && { policy: retentionOf(options.retention), everyMs: RETENTION_EVERY_MS };
  const store = await openStore(options.store, {
    ...(options.connectionsMax === undefined ? {} : { connectionsMax: options.connectionsMax }),
  });
  const { limits = {} } = options;
  return new Engine(store, {
    pollMs: options.poll === undefined ? WORKER_DEFAULTS.pollMs : durationMs(options.poll),
    leaseMs: options.lease === undefined ? WORKER_DEFAULTS.leaseMs : durationMs(options.lease),
    restMs: options.rest === undefined ? WORKER_DEFAULTS.restMs : durationMs(options.rest),
    runsMax: options.runsMax ?? WORKER_DEFAULTS.runsMax,
    ...(retention ? { retention } : {}),
    limits: {
      cycleMs: limits.cycle === undefined ? WORKER_DEFAULTS.limits.cycleMs : limits.cycle === Number.POSITIVE_INFINITY ? limits.cycle : durationMs(limits.cycle),
      stateBytes: limits.stateBytes ?? WORKER_DEFAULTS.limits.stateBytes,
    },
  });
}
