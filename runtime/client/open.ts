/**
 * Opens a store and makes an engine over it.
 */
import { Options } from '../engine/options.ts';
import { PerdureError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import { WORKER_DEFAULTS, type WorkerOptions } from '../worker/worker.ts';
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
  /**
   * How large their states may be together, in bytes as they are stored. Beyond that, runs that wait leave memory at once, and no more
   * are taken. Default: 256 MiB.
   */
  runsBytesMax?: number;
  /**
   * How many effects are made at a time; more wait for one to end. Effects with a limit or a queue of their own do not count.
   * Default: 1000.
   */
  effectsMax?: number;
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

/** Opens the store and returns an engine over it. Throws PerdureError `options`, `retention`, and what is wrong with the store. */
export async function open(options: OpenOptions): Promise<Engine> {
  if (typeof options?.store !== 'string' || options.store === '') {
    throw new PerdureError('store_missing', '`open` needs a store: a PostgreSQL URL, or the path of a directory.');
  }
  const given: Options = new Options('options', 'Wrong options of `open`');
  const work = workerOptions(given, options);
  const { connectionsMax } = options;
  const connections = connectionsMax === undefined ? {} : { connectionsMax: given.wholeNumber('connectionsMax', connectionsMax) };
  return new Engine(await openStore(options.store, connections), work);
}

const KEYS = ['store', 'connectionsMax', 'poll', 'lease', 'rest', 'runsMax', 'runsBytesMax', 'effectsMax', 'limits', 'retention'];

function workerOptions(given: Options, options: OpenOptions): WorkerOptions {
  given.checkKeys(options, KEYS);
  const { poll, lease, rest, runsMax, runsBytesMax, effectsMax, limits = {}, retention } = options;
  given.checkKeys(limits, ['cycle', 'stateBytes'], 'limits');
  return {
    pollMs: poll === undefined ? WORKER_DEFAULTS.pollMs : given.pause('poll', poll),
    leaseMs: lease === undefined ? WORKER_DEFAULTS.leaseMs : leaseMs(given, lease),
    restMs: rest === undefined ? WORKER_DEFAULTS.restMs : given.duration('rest', rest),
    runsMax: runsMax === undefined ? WORKER_DEFAULTS.runsMax : given.wholeNumber('runsMax', runsMax),
    runsBytesMax: runsBytesMax === undefined ? WORKER_DEFAULTS.runsBytesMax : bound(given, 'runsBytesMax', runsBytesMax),
    effectsMax: effectsMax === undefined ? WORKER_DEFAULTS.effectsMax : bound(given, 'effectsMax', effectsMax),
    cautionMs: WORKER_DEFAULTS.cautionMs,
    ...(retention === undefined ? {} : { retention: { policy: retentionOf(retention), everyMs: RETENTION_EVERY_MS } }),
    limits: {
      cycleMs: cycleMs(given, limits.cycle),
      stateBytes: limits.stateBytes === undefined ? WORKER_DEFAULTS.limits.stateBytes : bound(given, 'limits.stateBytes', limits.stateBytes),
    },
  };
}

/** With a shorter one, a worker that is only busy would be taken for dead, and what it makes be in doubt. */
const LEASE_MIN_MS = 1000;

function leaseMs(given: Options, lease: number | string): number {
  const ms = given.duration('lease', lease);
  return ms >= LEASE_MIN_MS ? ms : given.wrong('lease', 'must be a second at least');
}

function cycleMs(given: Options, cycle: number | string | undefined): number {
  if (cycle === undefined) return WORKER_DEFAULTS.limits.cycleMs;
  return cycle === Number.POSITIVE_INFINITY ? cycle : given.pause('limits.cycle', cycle);
}

/** `Infinity` is none. */
const bound = (given: Options, name: string, value: number): number => (value === Number.POSITIVE_INFINITY ? value : given.wholeNumber(name, value));
