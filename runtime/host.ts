/**
 * All contact with the outside world: clock, randomness, timers, the console, the process. Nothing else in the
 * runtime calls these; a test holds it to that. Simulations replace the object.
 */
import { randomBytes, randomFillSync, randomUUID } from 'node:crypto';
import { Script } from 'node:vm';
import { hostname } from 'node:os';
import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { v7 } from 'uuid';
import { Watch, type Turn } from './watch.ts';

export type { Turn, TurnEnd } from './watch.ts';

export type ApartStatus = 'ended' | 'broken' | 'stopped' | 'never begun';

export interface Timer {
  cancel(): void;
}

/** Another copy of this package has another. */
const OURS = randomUUID();

/** Where the script of `within` finds what it shall run. */
const PLACE = `perdure.body.${OURS}`;
const place: { body: (() => void) | null } = { body: null };
Object.defineProperty(globalThis, PLACE, { value: place });
const runBody = new Script(`globalThis['${PLACE}'].body()`, { filename: 'perdure:within' });

const watch = new Watch(`perdure.watch.${OURS}`);
/** A process that has just started has better things to do, such as to take the runs of one that has died. */
const WATCH_AFTER_MS = 1000;
let watchSoon: NodeJS.Timeout | null = null;
/** A turn was, that nobody watched. */
let wasStopped = false;

function unwatched(limitMs: number, turn: Turn): void {
  watchSoon ??= setTimeout(() => watch.begin(), WATCH_AFTER_MS).unref();
  setImmediate(() => {
    turn.prepare();
    const inTime = host.within(limitMs, () => turn.body());
    wasStopped ||= !inTime;
    turn.over(inTime ? 'in time' : { stack: watch.isImpossible ? [] : null });
  });
}

/** Random bytes in stock: Node takes 10 µs for each time that it is asked for some. */
const stock = { bytes: Buffer.alloc(16 * 256), used: Number.POSITIVE_INFINITY };

function sixteenRandomBytes(): Buffer {
  if (stock.used >= stock.bytes.length) {
    randomFillSync(stock.bytes);
    stock.used = 0;
  }
  return stock.bytes.subarray(stock.used, (stock.used += 16));
}

/** The last UUID's time, and its place among those of the same ms. */
const last = { msecs: 0, seq: 0 };

/** Node's timers are no longer; what is longer fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const host = {
  /** ms since 1970, by the host's clock. */
  now: (): number => Date.now(),
  /** ms since some moment; never goes back. */
  monotonic: (): number => performance.now(),
  seed: (): Buffer => randomBytes(16),
  uuid: (): string => randomUUID(),
  /**
   * A UUID that sorts after those made before it (RFC 9562, section 5.7): for keys of rows. What is under way stands together
   * in an index then, and its pages are full (measured: 1.2 times the steps per second at 25,000 runs in the database).
   */
  orderedUuid(): string {
    const [random, now] = [sixteenRandomBytes(), Date.now()];
    if (now > last.msecs) Object.assign(last, { msecs: now, seq: random.readUInt32BE(6) >>> 1 });
    else last.seq++;
    return v7({ random, msecs: last.msecs, seq: last.seq });
  },
  random: (): number => Math.random(),
  /** Calls back once, after at least `ms`. Longer than Node's timers can be is fine. */
  after(ms: number, callback: () => void): Timer {
    let handle: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      handle = leftMs <= TIMER_MAX_MS ? setTimeout(callback, leftMs) : setTimeout(() => wait(leftMs - TIMER_MAX_MS), TIMER_MAX_MS);
    };
    wait(Math.max(ms, 0));
    return { cancel: () => clearTimeout(handle) };
  },
  /** Calls back in the next turn of the event loop. */
  soon: (callback: () => void): void => void setImmediate(callback),
  /** Calls back at the end of what is being done in this turn. */
  afterThis: (callback: () => void): void => queueMicrotask(callback),
  /**
   * Runs `body`, at the most so long. Returns false if it was stopped: then nothing of it runs any more, no `catch` and
   * no `finally`. Throws what it throws.
   */
  within(limitMs: number, body: () => void): boolean {
    let ended = false;
    let thrown: { error: unknown } | null = null;
    place.body = () => {
      try {
        body();
      } catch (error) {
        thrown = { error };
      }
      ended = true;
    };
    try {
      runBody.runInThisContext({ timeout: Math.max(1, Math.ceil(limitMs)) });
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    }
    if (thrown) throw (thrown as { error: unknown }).error;
    return ended;
  },
  /** Does something in the next turn of the event loop, at the most so long. */
  soonWithin(limitMs: number, turn: Turn): void {
    if (watch.isReady) watch.add(limitMs, turn);
    else if (wasStopped && !watch.isImpossible) void watch.begun().then(() => host.soonWithin(limitMs, turn)); // that one shall be seen
    else unwatched(limitMs, turn);
  },
  /** An error of which nobody can be told: the process is, as of a promise that nobody waits for. */
  raise: (error: unknown): void => void Promise.reject(error),
  print(level: string, args: unknown[]): void {
    const method = (console as unknown as Record<string, (...args: unknown[]) => void>)[level] ?? console.log;
    method.apply(console, args);
  },
  warn: (message: string): void => console.warn(message),
  /** Tells whoever runs this process apart that what it is for begins now. */
  tellBegun: (): Promise<void> => new Promise((resolve) => void process.stdout.write('begun\n', () => resolve())),
  /** All that this process is given to read. */
  input: (): Promise<string> => text(process.stdin),
  /**
   * Runs a module in a process of its own, with something to read. Tells whether it came to its end, was ended by
   * something after it had called `tellBegun`, stopped because it was not over `limitMs` after that, or never began in that time;
   * and the last line that it said.
   */
  runApart(module: string, options: string[], input: string, limitMs: number): Promise<{ status: ApartStatus; said: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [...process.execArgv, ...options, fileURLToPath(module)], { stdio: ['pipe', 'pipe', 'pipe'] });
      let begun = false;
      let stopped = false;
      let said = '';
      const timer = setTimeout(() => {
        stopped = true;
        child.kill('SIGKILL');
      }, limitMs);
      child.stdout.once('data', () => {
        begun = true;
        timer.refresh();
      });
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-8192)));
      child.stdin.on('error', () => {}).end(input);
      const done = (code: number | null): void => {
        clearTimeout(timer);
        const fatal = said.split('\n').find((line) => line.includes('FATAL ERROR') || line.includes('Error:'));
        const status = code === 0 ? 'ended' : !begun ? 'never begun' : stopped ? 'stopped' : 'broken';
        resolve({ status, said: fatal ? ` It said: ${fatal.trim()}` : '' });
      };
      child.on('error', () => done(null)).on('close', done);
    });
  },
  pid: (): number => process.pid,
  /** Whether there is a process of this pid. */
  isRunning(pid: number): boolean {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as { code?: string }).code === 'EPERM';
    }
  },
  /** The start time of a process in clock ticks since boot, or null where the system does not say. */
  processStart(pid: number): string | null {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field, the command, may hold spaces and parentheses; the 22nd is the start time.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    } catch {
      return null;
    }
  },
  hostname: (): string => hostname(),
  /**
   * Changes at every boot of the machine, and is another in each namespace of pids: with it a pid and its start time name a process for good. Containers
   * that share a kernel and a hostname do not see each other's processes.
   */
  bootId(): string {
    try {
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
    } catch {
      return hostname();
    }
  },
};
