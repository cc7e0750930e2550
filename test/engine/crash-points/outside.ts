/**
 * The other side of the effects: what has happened there, told by nobody but itself.
 */
import { effectContext, type Token } from '../../../runtime/client.ts';
import { host } from '../../../runtime/host.ts';
import { recordHeartbeats } from '../../../runtime/store/queries/claims.ts';
import type { Statement } from '../../../runtime/store/sql.ts';
import type { TransactionClient } from '../../../runtime/store/transaction.ts';

export interface Happening {
  effect: string;
  label: string;
  /** Run uid and request number. */
  key: string;
  attempt: number;
}

/** An attempt under way: what the worker is told, if it lives. */
export interface Attempt extends Happening {
  happened: boolean;
  decided: boolean;
  outcome: string | null;
  failed: boolean;
}

/** The process that makes attempts. */
export interface Maker {
  isAlive(): boolean;
  /** An attempt has begun. Returns it, or what of it this maker wants to know more about. */
  begun(attempt: Attempt): void;
  /** Books something in a transaction: as a change, or as SQL. */
  book(client: TransactionClient, happening: Happening, done: () => void): Promise<void>;
}

export interface Told {
  attempt: number;
  told: unknown;
  /** The last attempt whose report was in the database then; 0: none. */
  kept: number;
}

/** What an attempt tells of how far it is. */
export const report = (attempt: number): object => ({ page: 6 + attempt });

export const MUTE_MS = 40;
const MOODY_REFUSALS = 2;
const EXPIRES_MS = 150;

interface OutsidePolicy {
  idempotent?: boolean;
  transaction?: boolean;
  timeout?: number;
  concurrency?: number;
  retry?: { attempts: number; delay: number; jitter: false };
}

const RETRY = { attempts: 8, delay: 10, jitter: false } as const;

export const POLICIES: Record<string, OutsidePolicy> = {
  pay: {},
  note: { idempotent: true },
  moody: { retry: RETRY },
  rare: { concurrency: 1 },
  stubborn: { concurrency: 1, retry: RETRY },
  mute: { timeout: MUTE_MS },
  checked: {},
  book: { transaction: true },
  enter: { transaction: true, concurrency: 1 },
  long: { idempotent: true },
  hang: {},
  refuse: {},
  sign: { retry: RETRY },
  seal: { retry: RETRY },
};

/** Short, as the effects of tests are; long enough for something to come between. */
const TAKES_MS = 2;

const pause = (ms: number): Promise<void> => new Promise((resolve) => host.after(ms, resolve));
const never = (): Promise<never> => new Promise(() => {});

/** An error as of another process: without our frames. */
const stackless = (message: string): Error => Object.assign(new Error(message), { stack: `Error: ${message}` });

/** What somebody has in hand who can complete a call. */
export interface HandedOn extends Happening {
  token: Token;
}

export class Outside {
  readonly happenings: Happening[] = [];
  /** Tokens that nobody has used so far. */
  readonly tokens: HandedOn[] = [];
  /** What attempts at `long` were told of those before them, and what was kept of those by then. */
  readonly heartbeats: Told[] = [];
  /** The last attempt of which the database has kept what it has reported, by key. */
  private readonly kept = new Map<string, number>();
  private readonly refused = new Map<string, number>();
  /** Attempts that have happened, by key. */
  private readonly made = new Map<string, Attempt>();

  /** The database has done this for the app's process. */
  readonly stored = ({ name }: Statement, values: unknown[]): void => {
    if (name !== recordHeartbeats.name) return;
    const [uids, requests, attempts, , details] = values as [string[], number[], number[], string[], (string | null)[]];
    for (const [i, uid] of uids.entries()) if (details[i] !== null) this.kept.set(`${uid}:${requests[i]}`, attempts[i]!);
  };

  /** What a process provides. */
  implementations(maker: Maker): Record<string, object> {
    const run = (effect: string) => (label: string) => this.attempt(maker, effect, label);
    const all: Record<string, object> = Object.fromEntries(Object.entries(POLICIES).map(([effect, policy]) => [effect, { ...policy, run: run(effect) }]));
    const entry = (effect: string) => ({ transaction: (client: TransactionClient, label: string) => this.book(maker, client, effect, label) });
    for (const effect of ['sign', 'seal']) all[effect] = { ...POLICIES[effect], run: (label: string) => this.handOn(maker, effect, label) };
    all.book = entry('book');
    all.enter = { ...entry('enter'), concurrency: 1 };
    all.checked = {
      run: run('checked'),
      onInDoubt: ({ idempotencyKey, args }: { idempotencyKey: string; args: unknown[] }) => {
        const made = this.made.get(idempotencyKey);
        // Whoever made it may have died before it could tell.
        return made ? { result: (made.outcome ??= `checked ${String(args[0])}`) } : { retry: true };
      },
    };
    return all;
  }

  private begin(maker: Maker, effect: string, label: string): Attempt {
    const { idempotencyKey: key, attempt } = effectContext();
    const made: Attempt = { effect, label, key, attempt, happened: false, decided: false, outcome: null, failed: false };
    maker.begun(made);
    return made;
  }

  private async attempt(maker: Maker, effect: string, label: string): Promise<string> {
    const { signal, heartbeat, lastHeartbeat } = effectContext();
    const made = this.begin(maker, effect, label);
    await pause(TAKES_MS);
    if (effect === 'long') {
      this.heartbeats.push({ attempt: made.attempt, told: lastHeartbeat, kept: this.kept.get(made.key) ?? 0 });
      heartbeat(report(made.attempt));
      await pause(1200);
    }
    if (!maker.isAlive()) return never();
    made.decided = true;
    const refusal = this.refusal(made);
    if (effect === 'hang') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw signal.reason;
    }
    if (!refusal) {
      made.happened = true;
      this.made.set(made.key, made);
      this.happenings.push({ effect, label, key: made.key, attempt: made.attempt });
    }
    await pause(effect === 'mute' ? 100 * MUTE_MS : TAKES_MS);
    if (!maker.isAlive()) return never();
    made.failed = refusal;
    made.outcome = refusal ? 'not today' : `${effect} ${label}`;
    if (refusal) throw stackless(made.outcome);
    return made.outcome;
  }

  /** Whoever dies before the token is stored has done nothing, and never will. */
  private async handOn(maker: Maker, effect: string, label: string): Promise<string> {
    const { later } = effectContext();
    const made = Object.assign(this.begin(maker, effect, label), { decided: true });
    const failing = (why: string): Error => {
      Object.assign(made, { failed: true, outcome: why });
      return stackless(why);
    };
    const token = await later({ expires: EXPIRES_MS }).catch(() => {
      throw failing('no token');
    });
    if (this.refusal(made)) throw failing('not today');
    this.tokens.push({ effect, label, key: made.key, attempt: made.attempt, token });
    await pause(TAKES_MS);
    return token;
  }

  private refusal({ effect, key }: Attempt): boolean {
    if (effect === 'refuse') return true;
    const times = this.refused.get(key) ?? 0;
    if (!['moody', 'stubborn', 'seal'].includes(effect) || times >= MOODY_REFUSALS) return false;
    this.refused.set(key, times + 1);
    return true;
  }

  private async book(maker: Maker, client: TransactionClient, effect: string, label: string): Promise<string> {
    const made = this.begin(maker, effect, label);
    const { key, attempt } = made;
    await maker.book(client, { effect, label, key, attempt }, () => {
      made.happened = true;
      this.happenings.push({ effect, label, key, attempt });
    });
    made.decided = true;
    made.outcome = `${effect} ${label}`;
    return made.outcome;
  }
}
