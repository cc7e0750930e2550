/**
 * Stops what is evaluated for too long, from another thread: the watcher.
 *
 *     0 ──a turn begins──▶ n ──it ends──▶ 0
 *                          └──its time is over──▶ -n ──it is terminated──▶ 0
 *
 * The watcher condemns a turn, and only then lets V8 terminate what this thread executes. A turn that is condemned does not end by itself
 * any more, so that nothing else is ever terminated.
 *
 * A termination unwinds all JavaScript that is on the stack, without any `catch` or `finally`, and is over when the outermost of it has ended
 * (Chrome DevTools Protocol, `Runtime.terminateExecution`). So a turn is entered from the event loop itself, by a message, and not by one of
 * Node's immediates or timers: their lists would be left as they are in the middle of one.
 *
 * (Measured for one run alone, three pairs in turns: 450 to 560 µs per step in the place of 550 to 650 where V8 is told the limit of each turn
 * through the inspector, which makes another thread wake. In a loop: 1.5 µs in the place of 15, and of 80 with `vm`, which starts and joins a
 * thread each time.)
 */
import { isMainThread, MessageChannel, Worker } from 'node:worker_threads';

/** What is done under a limit of time. */
export interface Turn {
  /** Called at its beginning, and not stopped. */
  prepare(): void;
  /** Stopped when its time is over: then nothing of it runs any more, no `catch` and no `finally`. */
  body(): void;
  /** Told how it ended; not called if `body` throws. */
  over(end: TurnEnd): void;
}

/** By itself; or it was stopped: where, innermost first; nothing if that cannot be known, null if only this once. */
export type TurnEnd = 'in time' | { stack: NodeJS.CallSite[] | null };

/** In memory that both threads share: the number of the turn, negative when it is condemned; and its limit in ms. */
const [TURN, LIMIT] = [0, 1];
const NUMBER_MAX = 2 ** 30;
const LIMIT_MAX_MS = 2 ** 31 - 1;
/** How often the watcher looks in the least of all limits. */
const LOOKS = 8;
/** More than this is noise. */
const STACK_MAX = 50;

/**
 * What the watcher executes: text, so that it is there in whatever form an app has bundled this. It stops a turn that it has seen so often; it does
 * not ask the clock, because of a process that was itself stopped for a while, no turn is to blame. In the very middle of the turn, it has it noted
 * where that is. (What is evaluated there must be as little as possible: even a regular expression may be what it is the middle of.)
 */
const WATCHER = `
  'use strict';
  const { parentPort, workerData: { cells, note } } = require('node:worker_threads');
  const { Session } = require('node:inspector');

  function connected() {
    const session = new Session();
    session.connectToMainThread();
    return session;
  }

  function terminate(turn) {
    try {
      const session = connected();
      const hear = setInterval(() => {}, 1); // Node 20 does not tell a thread that rests what has arrived for it from the inspector
      session.post('Runtime.evaluate', { expression: note });
      session.post('Runtime.terminateExecution', () => {
        clearInterval(hear);
        session.disconnect();
        parentPort.postMessage('terminated');
      });
    } catch (error) {
      Atomics.store(cells, ${TURN}, turn); // or it could not even end by itself
      throw error;
    }
  }

  let [seen, times] = [0, 0];
  let [everyMs, timer] = [0, null];
  function look() {
    const [turn, limitMs] = [Atomics.load(cells, ${TURN}), Atomics.load(cells, ${LIMIT})];
    if (turn !== seen) [seen, times] = [turn, 0];
    else if (turn > 0 && ++times * everyMs >= limitMs && Atomics.compareExchange(cells, ${TURN}, turn, -turn) === turn) terminate(turn);
    timer = setTimeout(look, everyMs);
  }

  parentPort.on('message', (leastMs) => {
    everyMs = Math.ceil(leastMs / ${LOOKS});
    clearTimeout(timer);
    look();
  });
  connected().disconnect();
  parentPort.postMessage('ready');
`;

export class Watch {
  private readonly cells = new Int32Array(new SharedArrayBuffer(8));
  private watcher: Worker | null = null;
  /** Made here, so that no turn sees an AsyncLocalStorage of whoever happened to start the first run. */
  private readonly ports = new MessageChannel();
  private number = 0;
  private leastMs = Number.POSITIVE_INFINITY;
  private readonly waiting: { limitMs: number; turn: Turn }[] = [];
  private current: Turn | null = null;
  /** Where the current turn is, if it is being stopped. */
  private stack: NodeJS.CallSite[] = [];
  /** The watcher watches. */
  isReady = false;
  /** It never will: in a thread of the app's own, or where Node has no inspector, or must not use it or start threads. */
  isImpossible = !isMainThread;
  private readonly told: (() => void)[] = [];
  private readonly name: string;

  /** `name` is that of a global property which no other has: there the watcher finds who notes where this thread is. */
  constructor(name: string) {
    this.name = name;
    this.ports.port2.on('message', () => this.next()).unref();
  }

  /** Resolves when it watches, or never will. The process waits for that. */
  begun(): Promise<void> {
    this.begin();
    this.watcher?.ref();
    return new Promise((resolve) => {
      this.told.push(resolve);
      this.tell();
    });
  }

  /** Starts the watcher, which takes some 30 ms of another processor. */
  begin(): void {
    if (this.watcher || this.isImpossible) return;
    Object.defineProperty(globalThis, this.name, { value: () => void (this.stack = stackHere()) });
    const workerData = { cells: this.cells, note: `globalThis['${this.name}']()` };
    try {
      this.watcher = new Worker(WATCHER, { eval: true, workerData, execArgv: [], env: {} });
    } catch {
      this.isImpossible = true; // threads are forbidden
      return;
    }
    const fails = (): void => {
      this.isReady = false;
      this.isImpossible = true;
      this.tell();
    };
    this.watcher.on('error', fails);
    this.watcher.on('exit', fails);
    this.watcher.on('message', (what: 'ready' | 'terminated') => {
      if (what === 'terminated') {
        this.terminated();
        return;
      }
      this.isReady = true;
      this.tell();
    });
    this.watcher.unref(); // after that: to listen is to wait
  }

  private tell(): void {
    if (!this.isReady && !this.isImpossible) return;
    this.watcher?.unref();
    for (const tell of this.told.splice(0)) tell();
  }

  /** Takes the turn in the next turn of the event loop. */
  add(limitMs: number, turn: Turn): void {
    const wholeMs = Math.min(Math.ceil(limitMs), LIMIT_MAX_MS);
    if (wholeMs < this.leastMs) {
      this.leastMs = wholeMs;
      this.watcher!.postMessage(wholeMs);
    }
    this.waiting.push({ limitMs: wholeMs, turn });
    const { port1, port2 } = this.ports;
    port2.ref();
    port1.postMessage(null);
  }

  private next(): void {
    if (this.current) this.terminated();
    const { limitMs, turn } = this.waiting.shift()!;
    turn.prepare();
    this.current = turn;
    this.number = (this.number % NUMBER_MAX) + 1;
    Atomics.store(this.cells, LIMIT, limitMs);
    Atomics.store(this.cells, TURN, this.number);
    try {
      turn.body();
    } finally {
      while (Atomics.compareExchange(this.cells, TURN, this.number, 0) !== this.number); // condemned: it is about to be terminated
      this.leave();
    }
    turn.over('in time');
  }

  /** The current turn was. */
  private terminated(): void {
    const turn = this.current;
    Atomics.store(this.cells, TURN, 0);
    this.leave();
    turn?.over({ stack: this.stack.splice(0) });
  }

  private leave(): void {
    this.current = null;
    if (this.waiting.length === 0) this.ports.port2.unref();
  }
}

/** Where this thread is. */
function stackHere(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let stack: NodeJS.CallSite[] = [];
  try {
    Error.stackTraceLimit = STACK_MAX;
    Error.prepareStackTrace = (_, sites) => void (stack = sites);
    void new Error().stack;
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
  return stack;
}
