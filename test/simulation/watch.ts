/**
 * The oracle while a simulation runs: it sees what the database does, and when effects begin, and knows from nothing
 * else what may happen. It keeps a ledger of every run of its own.
 */
import { firstHash, nextHash } from '../../runtime/chain.ts';
import type { DeltaDocument, RequestDocument } from '../../runtime/codec/format.ts';
import { readCause, readCauses, type Arrival } from '../../runtime/engine/arrival.ts';
import type { InboxEntry } from '../../runtime/engine/inbox.ts';
import type { MemoryDatabase } from '../../runtime/store/memory/database.ts';
import type { Commit } from '../../runtime/store/log.ts';
import type { Row, Statement } from '../../runtime/store/sql.ts';
import { LOST_PAUSES_MS } from '../../runtime/worker/effects/lost-attempts.ts';
import { SIGNED } from './effects.ts';
import type { EffectName } from './load.wf.ts';
import { REFUSAL } from './network.ts';
import type { Attempt } from './outside.ts';
import type { Process } from './process.ts';

interface Requested {
  document: RequestDocument;
  open: boolean;
}

/** What the oracle knows about a run. */
export class Ledger {
  readonly uid: string;
  readonly id: string;
  seq = 0;
  hash: Buffer;
  outcome: string | null = null;
  ended = false;
  /** Who has claimed effects last. */
  by = '';
  /** Inbox entries that the log has taken in. */
  consumed = 0;
  readonly requests = new Map<number, Requested>();
  /** Attempts by `request:attempt`: the worker that claimed it. */
  readonly claims = new Map<string, string>();
  readonly failures = new Set<string>();
  readonly doubts = new Set<string>();
  /** Attempts in doubt of which somebody has said that another may be made. */
  readonly retries = new Set<string>();
  readonly inbox: InboxEntry[] = [];
  /** Its log has gone back: what was asked for and settled is not followed any more. */
  rewound = false;

  constructor(uid: string, id: string, hash: Buffer) {
    this.uid = uid;
    this.id = id;
    this.hash = hash;
  }
}

type Violate = (what: string) => void;

interface Step extends Pick<Commit, 'uid' | 'seq' | 'prev' | 'hash' | 'cause' | 'delta' | 'mail'> {
  status: string | null;
  outcome: string | null;
}

/** What an app has said about an effect, as far as it decides what may happen. */
export interface WatchedPolicy {
  idempotent?: boolean;
  transaction?: boolean;
  timeout?: number;
  heartbeat?: number;
  retry?: { attempts: number };
  /** How many at a time, and how many within a time. */
  concurrency?: number;
  rate?: { limit: number; per: number };
}

const effectOf = (document: RequestDocument): string => ('effect' in document ? document.effect.slice(document.effect.indexOf('#') + 1) : '');

export class Watch {
  readonly ledgers = new Map<string, Ledger>();
  private readonly database: MemoryDatabase;
  private readonly policies: Record<string, WatchedPolicy>;
  private readonly violate: Violate;
  /** By key. */
  private readonly attempts = new Map<string, Attempt[]>();
  private readonly decisions = new Map<string, string[]>();
  /** What those who have its tokens complete a call with. */
  private readonly signings = new Map<string, string[]>();
  /** Calls that were completed from outside, and have not failed. */
  private readonly completed = new Set<string>();
  /** When the tokens of attempts expire that nobody has decided about. */
  private readonly tokens = new Map<string, { hash: string; due: number }>();
  /** Attempts at effects with limits that are under way for all that the database was told, by their effects. */
  private readonly underWay = new Map<string, Map<string, string>>();
  /** When attempts at effects with a rate were granted. */
  private readonly granted = new Map<string, number[]>();
  /** Who held the runs when a claim arrived. */
  private holders = new Map<string, string | null>();

  constructor(database: MemoryDatabase, policies: Record<string, WatchedPolicy>, violate: Violate) {
    this.database = database;
    this.policies = policies;
    this.violate = violate;
  }

  private now(): number {
    return this.database.tables.now();
  }

  // ——— Statements ———

  /** A statement leaves: what a worker says has happened by its own clock is judged by the database's. */
  sent(process: Process, { name }: Statement, values: unknown[]): void {
    if (name === 'perdure_register_worker') process.workers.add(values[0] as string);
    for (const step of stepsOf(name, values)) {
      for (const arrival of arrivalsOf(step.cause)) if (arrival.kind === 'timer') this.timerFired(step, arrival.request);
    }
  }

  private timerFired({ uid }: Step, n: number): void {
    const document = this.ledgers.get(uid)?.requests.get(n)?.document;
    const due = document && ('sleep' in document ? document.sleep : 'until' in document ? document.until : undefined);
    if (due !== undefined && this.now() < due) this.violate(`timer ${n} of ${this.nameOf(uid)} fired ${due - this.now()} ms early`);
  }

  executing(_process: Process, { name }: Statement): void {
    if (name !== 'perdure_claim_runs') return;
    this.holders = new Map([...this.database.tables.runs.waking].map((run) => [run.uid, run.worker]));
  }

  executed({ name }: Statement, values: unknown[], rows: Row[]): void {
    switch (name) {
      case 'perdure_commit_cycle':
        for (const step of stepsOf(name, values)) this.committed(step);
        break;
      case 'perdure_commit_cycles':
      case 'perdure_commit_ends':
      case 'perdure_commit_answers': {
        const [{ hashes }] = rows as [{ hashes: string | null }];
        for (const step of stepsOf(name, values)) if (hashes === null || hashes.split(',').includes(step.hash.toString('hex'))) this.committed(step);
        break;
      }
      case 'perdure_claim_runs':
        for (const { uid } of rows) {
          const holder = this.holders.get(uid as string);
          if (holder !== null) this.violate(`${String(values[0])} has claimed ${this.nameOf(uid as string)}, which ${holder} holds`);
        }
        break;
      case 'perdure_claim_attempt':
        if (rows.length > 0 && rows[0]!.attempt !== null) this.claimed(...(values as [string, number, number, string]));
        break;
      case 'perdure_record_failure': {
        const [uid, request, attempt] = values as [string, number, number];
        if (rows.length > 0) this.ledgers.get(uid)?.failures.add(`${request}:${attempt}`);
        break;
      }
      case 'perdure_mark_doubt':
        this.doubted(...(values as [string, number, number, string, string]));
        break;
      case 'perdure_terminate_run':
        if (rows.length > 0) this.terminated(values as [string, string, string, string], rows[0]!);
        break;
      case 'perdure_retry_run':
        if (rows.length > 0) this.wentBack(values);
        break;
      case 'perdure_grant_errands':
        for (const row of rows) if (row.uid !== null) this.grantedTo(values[0] as string, row);
        break;
      case 'perdure_retry_errand': {
        const [uid, request, attempt] = values as [string, number, number];
        if (rows[0]!.became !== 'waiting') break;
        this.ledgers.get(uid)?.failures.add(`${request}:${attempt}`);
        this.freed(uid, request);
        break;
      }
      case 'perdure_doubt_errand':
        if (rows[0]!.became !== 'doubtful') break;
        this.errandDoubted(values[0] as string, values[1] as number, values[2] as number);
        break;
      case 'perdure_return_errands': {
        const [worker, uids, requests, attempts] = values as [string, string[], number[], number[]];
        for (const [i, uid] of uids.entries()) {
          const name = `${requests[i]}:${attempts[i]}`;
          const ledger = this.ledgers.get(uid);
          if (ledger?.claims.get(name) !== worker || this.claimOf(uid, requests[i]!, attempts[i]!)) continue;
          ledger.claims.delete(name);
          this.freed(uid, requests[i]!);
        }
        break;
      }
      case 'perdure_issue_token':
        if (rows.length > 0) this.tokenIssued(values);
        break;
      case 'perdure_complete_token':
      case 'perdure_expire_token':
        if (rows.length > 0) this.tokenDecided(name, values);
        break;
      case 'perdure_end_token':
        if (rows[0]?.ended === true) this.tokens.delete(values.slice(0, 3).join(':'));
        break;
      case 'perdure_free_errands':
        this.errandsFreed();
        break;
      case 'perdure_finish_errand':
      case 'perdure_withdraw_errand':
        if (!this.database.tables.errands.has(`${String(values[0])}:${String(values[1])}`)) this.freed(values[0] as string, values[1] as number);
    }
    this.lookAround();
  }

  // ——— Tokens ———

  /** The same token again changes nothing. */
  private tokenIssued([uid, request, attempt, , , hash, expiresInMs]: unknown[]): void {
    const name = [uid, request, attempt].join(':');
    const text = (hash as Buffer).toString('hex');
    if (this.tokens.get(name)?.hash !== text) this.tokens.set(name, { hash: text, due: this.now() + (expiresInMs as number) });
  }

  private tokenDecided(statement: string, [uid, request, attempt, decision]: unknown[]): void {
    const name = [uid, request, attempt].join(':');
    const token = this.tokens.get(name);
    const say = (what: string): void => this.violate(`the token of request ${request} of ${this.nameOf(uid as string)} (attempt ${attempt}) ${what}`);
    if (!token) return say('is decided about again');
    this.tokens.delete(name);
    if (statement === 'perdure_complete_token' && 'result' in JSON.parse(decision as string)) this.completed.add(`${uid}:${request}`);
    const left = token.due - this.now();
    if (statement === 'perdure_expire_token' && left > 0) say(`expires ${left} ms early`);
    if (statement === 'perdure_complete_token' && left <= 0) say(`is used, and has expired ${-left} ms ago`);
  }

  /** Somebody completes a call with this text. */
  signing(key: string, text: string): void {
    this.signings.set(key, [...(this.signings.get(key) ?? []), text]);
  }

  /** Has the run of this call gone back? */
  isRewound(key: string): boolean {
    return this.ledgers.get(key.split(':')[0]!)?.rewound ?? false;
  }

  // ——— Errands ———

  private claimOf(uid: string, request: number, attempt: number): object | undefined {
    return this.database.tables.claims.of(uid).find((claim) => claim.request === request && claim.attempt === attempt);
  }

  /** An attempt is granted: may it be made, and may it be made now? */
  private grantedTo(worker: string, row: Row): void {
    const { uid, request, attempt } = row as { uid: string; request: number; attempt: number };
    this.claimed(uid, request, attempt, worker);
    const ledger = this.ledgers.get(uid)!;
    const document = ledger.requests.get(request)?.document;
    if (!document) return;
    if (!ledger.requests.get(request)!.open && !ledger.rewound) this.violate(`request ${request} of ${ledger.id} is granted, and is settled`);
    const effect = effectOf(document);
    const { concurrency, rate } = this.policyOf(effect);
    const underWay = this.underWay.get(effect) ?? new Map<string, string>();
    this.underWay.set(effect, underWay.set(`${uid}:${request}`, worker));
    if (concurrency !== undefined && underWay.size > concurrency) this.violate(`${underWay.size} attempts at ${effect} are under way: ${[...underWay.keys()].join()}`);
    const moments = this.granted.get(effect) ?? [];
    this.granted.set(effect, [...moments, this.now()]);
    if (rate === undefined || moments.length < rate.limit) return;
    const since = this.now() - moments.at(-rate.limit)!;
    if (since < rate.per) this.violate(`${rate.limit + 1} attempts at ${effect} are granted within ${since} ms`);
  }

  private freed(uid: string, request: number): void {
    for (const underWay of this.underWay.values()) underWay.delete(`${uid}:${request}`);
  }

  private errandDoubted(uid: string, request: number, attempt: number): void {
    const ledger = this.ledgers.get(uid)!;
    ledger.doubts.add(`${request}:${attempt}`);
    this.freed(uid, request);
    const document = ledger.requests.get(request)?.document;
    if (document && this.policyOf(effectOf(document)).idempotent && !isSuspect(ledger, request, attempt)) {
      this.violate(`request ${request} of ${ledger.id} is in doubt, but it is idempotent`);
    }
  }

  /** What workers had that are gone. */
  private errandsFreed(): void {
    const { errands, workers } = this.database.tables;
    for (const underWay of this.underWay.values()) for (const [key, worker] of underWay) if (!workers.has(worker)) underWay.delete(key);
    for (const { uid, request, attempt, doubt } of errands.values()) {
      if (doubt && !this.ledgers.get(uid)!.doubts.has(`${request}:${attempt}`)) this.errandDoubted(uid, request, attempt);
    }
  }

  /** Whatever a statement has begun or sent: every run gets a ledger, every entry of an inbox has its place. */
  private lookAround(): void {
    const { runs, log, inbox } = this.database.tables;
    for (const { uid, id } of runs.byUid.values()) {
      let ledger = this.ledgers.get(uid);
      if (!ledger) {
        this.ledgers.set(uid, (ledger = new Ledger(uid, id, Buffer.alloc(0))));
        if (!log.of(uid).get(0)) this.begun(ledger);
      }
      // Until it begins, other arguments may take the place of its own.
      if (ledger.seq === 0) ledger.hash = Buffer.from(log.of(uid).get(0)!.hash, 'hex');
      if (ledger.ended || ledger.rewound) continue;
      for (const { n, row } of inbox.of(uid).from(ledger.inbox.length + 1)) this.delivered(ledger, n, readCause(row, 'inbox') as InboxEntry);
    }
    this.judgeTurns();
  }

  /** Of runs with one key no more go on than may; but for those that are cancelled, which hear of it without their turn. */
  private judgeTurns(): void {
    const goingOn = new Map<string, string[]>();
    for (const { uid, id, turn, status, finishedAt } of this.database.tables.runs.byUid.values()) {
      if (!turn || status === 'pending' || finishedAt !== null || this.ledgers.get(uid)?.inbox.some(({ kind }) => kind === 'cancel')) continue;
      const ids = [...(goingOn.get(turn.key) ?? []), id];
      goingOn.set(turn.key, ids);
      if (ids.length > turn.limit) this.violate(`${ids.join()} go on together, though their key allows ${turn.limit}`);
    }
  }

  /** A run that is new has its first cycle already: it was stored with it. */
  private begun(ledger: Ledger): void {
    const { uid } = ledger;
    const { runs, log } = this.database.tables;
    const { hash, cause, delta } = log.of(uid).get(1)!;
    const { finishedAt, status, outcome } = runs.byUid.get(uid)!;
    const prev = firstHash(uid, cause);
    ledger.hash = prev;
    this.committed({ uid, seq: 1, prev, hash: Buffer.from(hash, 'hex'), cause, delta, mail: null, status: finishedAt === null ? null : status, outcome });
  }

  private delivered(ledger: Ledger, n: number, entry: InboxEntry): void {
    ledger.inbox.push(entry);
    if (ledger.inbox.length !== n) this.violate(`entry ${ledger.inbox.length} of the inbox of ${ledger.id} has number ${n}`);
    if (entry.kind === 'retry') ledger.retries.add(`${entry.request}:${entry.attempt}`);
  }

  /** The run was ended from outside. */
  private terminated([uid, cause, delta, outcome]: [string, string, string, string], { seq, hash }: Row): void {
    const ledger = this.ledgers.get(uid)!;
    const expected = nextHash(ledger.hash, cause, delta);
    if (expected.toString('hex') !== hash) this.violate(`the end of ${ledger.id} does not follow cycle ${ledger.seq}`);
    this.writtenFromOutside(ledger, seq as number, expected);
    ledger.ended = true;
    ledger.outcome ??= outcome;
  }

  /** The run goes on from an earlier cycle. */
  private wentBack([uid, seq, prev, hash]: unknown[]): void {
    const ledger = this.ledgers.get(uid as string)!;
    if (!(prev as Buffer).equals(ledger.hash)) this.violate(`the return of ${ledger.id} does not follow cycle ${ledger.seq}`);
    this.writtenFromOutside(ledger, seq as number, hash as Buffer);
    ledger.ended = false;
    ledger.rewound = true;
    ledger.outcome = null;
  }

  private writtenFromOutside(ledger: Ledger, seq: number, hash: Buffer): void {
    if (seq !== ledger.seq + 1) this.violate(`the log of ${ledger.id} is written on behind cycle ${ledger.seq}`);
    ledger.seq = seq;
    ledger.hash = hash;
  }

  private committed(step: Step): void {
    const ledger = this.ledgers.get(step.uid)!;
    const say = (what: string): void => this.violate(`cycle ${step.seq} of ${ledger.id}: ${what}`);
    if (ledger.ended) say('it follows the end of the run');
    if (step.seq !== ledger.seq + 1) say(`it follows cycle ${ledger.seq}`);
    if (!step.prev.equals(ledger.hash)) say('it builds on another cycle than the one before it');
    if (!nextHash(ledger.hash, step.cause, step.delta).equals(step.hash)) say('its hash does not fit');
    if (!ledger.rewound) this.follow(ledger, step, say);
    if (step.outcome !== null) {
      if (ledger.outcome !== null) say('the workflow ends a second time');
      ledger.outcome = step.outcome;
    }
    ledger.ended ||= step.status !== null;
    ledger.seq = step.seq;
    ledger.hash = step.hash;
  }

  private follow(ledger: Ledger, step: Step, say: Violate): void {
    const before = ledger.consumed;
    for (const arrival of arrivalsOf(step.cause)) this.arrived(ledger, arrival, say);
    if (ledger.consumed > before ? step.mail !== ledger.consumed : step.mail !== null && step.mail > before) {
      say(`it consumes the inbox up to ${step.mail}, having taken in ${ledger.consumed}`);
    }
    this.requested(ledger, JSON.parse(step.delta) as DeltaDocument, say);
  }

  private arrived(ledger: Ledger, arrival: Arrival, say: Violate): void {
    if ('mail' in arrival && arrival.mail !== undefined) {
      // Cancelled before it has begun, it hears of that first, and does nothing.
      const isBefore = arrival.kind === 'cancel' && ledger.seq === 0;
      if (arrival.mail !== ledger.consumed + 1 && !isBefore) say(`it takes in entry ${arrival.mail} of the inbox after ${ledger.consumed}`);
      ledger.consumed = arrival.mail;
      const { mail: _, ...entry } = arrival;
      if (JSON.stringify(entry) !== JSON.stringify(ledger.inbox[arrival.mail - 1])) say(`entry ${arrival.mail} of the inbox has become another`);
    }
    if (arrival.kind !== 'result' && arrival.kind !== 'failure') return;
    const requested = ledger.requests.get(arrival.request);
    if (!requested?.open) return; // it was settled before, and this changes nothing
    if (!('effect' in requested.document)) return;
    const text = JSON.stringify(arrival.kind === 'result' ? arrival.value : arrival.error);
    if (!this.isTrue(ledger, arrival.request, requested.document, arrival.kind === 'failure', text)) {
      say(`request ${arrival.request} gets an outcome that nobody has given it: ${text.slice(0, 300)}`);
    }
  }

  private policyOf(effect: string): WatchedPolicy {
    return this.policies[effect] ?? {};
  }

  /** Has an attempt, or a person, given this outcome? */
  private isTrue({ uid }: Ledger, request: number, document: RequestDocument, failed: boolean, text: string): boolean {
    const key = `${uid}:${request}`;
    for (const given of [this.decisions, this.signings]) if (given.get(key)?.some((one) => text.includes(one))) return true;
    if (failed && SIGNED.includes(effectOf(document) as EffectName) && text.includes('Nobody has completed')) return true;
    const { idempotent, transaction, timeout, heartbeat, retry } = this.policyOf(effectOf(document));
    if (failed && transaction && text.includes(REFUSAL)) return true;
    const last = retry?.attempts ?? 1;
    // Told to stop in the pause after a failure, it has failed.
    const isCancelled = 'cancelled' in document;
    const made = this.attempts.get(key) ?? [];
    const isGivenUp = (timeout !== undefined && text.includes('effect_timeout')) || (heartbeat !== undefined && text.includes('effect_silent'));
    if (failed && idempotent && isGivenUp) return made.some(({ attempt }) => attempt >= last || isCancelled);
    return made.some(
      (one) =>
        one.outcome !== null && one.failed === failed && text.includes(one.outcome) && (failed ? one.attempt >= last || isCancelled : !transaction || one.happened),
    );
  }

  /** Is this a text that a person has decided with? */
  isDecision(text: string): boolean {
    return [...this.decisions.values()].some((texts) => texts.includes(text));
  }

  /** A person has decided about a doubt, or tries to: the text is found in the outcome. */
  decided(uid: string, request: number, text: string): void {
    this.decidedOf(`${uid}:${request}`, text);
  }

  decidedOf(key: string, text: string): void {
    this.decisions.set(key, [...(this.decisions.get(key) ?? []), text]);
  }

  private requested(ledger: Ledger, delta: DeltaDocument, say: Violate): void {
    ledger.by = delta.by ?? ledger.by;
    for (const [key, document] of Object.entries(delta.requests ?? {})) {
      const n = Number(key);
      const known = ledger.requests.get(n);
      if (document === null) {
        if (!known) continue; // it was made and settled in one cycle
        if (!known.open) say(`request ${n} is settled again`);
        known.open = false;
        continue;
      }
      if ('effect' in document) document.by = document.by === undefined ? ledger.by : document.by;
      if (known) {
        if (!known.open) say(`request ${n} is open again`);
        known.document = document;
        continue;
      }
      ledger.requests.set(n, { document, open: true });
    }
  }

  private claimed(uid: string, request: number, attempt: number, worker: string): void {
    const ledger = this.ledgers.get(uid)!;
    const say = (why: string): void => this.violate(`attempt ${attempt} at request ${request} of ${ledger.id} is claimed ${why}`);
    ledger.claims.set(`${request}:${attempt}`, worker);
    const document = ledger.requests.get(request)?.document;
    if (ledger.rewound) return;
    if (!document || !('effect' in document)) return say('but nothing asked for it');
    if (attempt === 1) {
      if (document.by !== null) say(`again: the log gave it to ${document.by}`);
      return;
    }
    const { idempotent, transaction, retry } = this.policyOf(effectOf(document));
    const before = `${request}:${attempt - 1}`;
    if (idempotent || transaction || ledger.retries.has(before) || (retry && ledger.failures.has(before))) return;
    say('without a failure, a decision or a policy that allows it');
  }

  private doubted(uid: string, request: number, attempt: number, worker: string, holder: string): void {
    if (this.database.tables.runs.byUid.get(uid)?.worker !== holder) return; // nothing has happened
    const ledger = this.ledgers.get(uid)!;
    const document = ledger.requests.get(request)?.document;
    ledger.doubts.add(`${request}:${attempt}`);
    if (!document || ledger.rewound) return;
    const effect = effectOf(document);
    const { idempotent, transaction, timeout } = this.policyOf(effect);
    const say = (why: string): void => this.violate(`request ${request} of ${ledger.id} (${effect}) is in doubt, but ${why}`);
    if (isSuspect(ledger, request, attempt)) return;
    if (idempotent) say('it is idempotent');
    if (transaction) say('it is a transaction');
    if (worker === holder && timeout === undefined) say('the worker that says so has made it');
  }

  // ——— Effects ———

  /** An attempt begins: is it the one that was claimed, and by this process? */
  invoked(made: Attempt): void {
    const { key, attempt, effect, process, run } = made;
    const [uid, number] = key.split(':') as [string, string];
    const request = Number(number);
    const say = (why: string): void => this.violate(`attempt ${attempt} at ${effect} ${made.step} of ${run} (request ${request}) ${why}`);
    const before = this.attempts.get(key) ?? [];
    const same = before.find((one) => one.attempt === attempt);
    const { idempotent, transaction } = this.policyOf(effect);
    // A transaction that was rolled back is tried again, as long as its attempt goes on.
    const isRepeated = transaction && same?.process === process;
    const ledger = this.ledgers.get(uid);
    // Gone back to before it had failed, or nobody had completed it, or somebody has said so, a run makes it again.
    const isUnsigned = SIGNED.includes(effect) && !this.completed.has(key);
    const isRetried = ledger?.rewound && (same?.failed || isUnsigned || idempotent || transaction || this.decisions.has(key)); // how often a transaction happens is counted
    if (same && !isRepeated && !isRetried) say(`is made twice: by ${same.process.name} and ${process.name}`);
    this.attempts.set(key, [...before, made]);
    if (ledger?.rewound) return;
    const document = ledger?.requests.get(request)?.document;
    if (!ledger || !document) return say('begins before the request is committed');
    const first = 'effect' in document ? document.by! : null;
    const claimant = attempt === 1 && first !== null ? first : ledger.claims.get(`${request}:${attempt}`);
    if (claimant === undefined) say('is claimed by nobody');
    else if (!process.workers.has(claimant)) say(`is claimed by ${claimant}, which is not ${process.name}`);
  }

  /** A transaction is committed: it was not before, for this call. */
  booked({ key, effect, step, run }: Attempt): void {
    const times = this.attempts.get(key)!.filter(({ happened }) => happened).length;
    if (times > 1) this.violate(`${effect} ${step} of ${run} has happened ${times} times`);
  }

  private nameOf(uid: string): string {
    return this.ledgers.get(uid)?.id ?? uid;
  }
}

function arrivalsOf(cause: string): Arrival[] {
  return readCauses(cause, 'cause') as Arrival[];
}

/** May so many attempts have been lost with their workers that this is in doubt, though it could be made again? */
function isSuspect({ failures }: Ledger, request: number, attempt: number): boolean {
  let since = 0;
  while (since < attempt && !failures.has(`${request}:${attempt - since}`)) since++;
  return since >= LOST_PAUSES_MS.length;
}

/** The steps that a commit carries. */
function stepsOf(name: string, values: unknown[]): Step[] {
  if (name === 'perdure_commit_cycle') {
    const [uid, seq, prev, hash, cause, delta] = values as [string, number, Buffer, Buffer, string, string];
    return [{ uid, seq, prev, hash, cause, delta, status: null, outcome: null, mail: null }];
  }
  if (!['perdure_commit_cycles', 'perdure_commit_ends', 'perdure_commit_answers'].includes(name)) return [];
  const [uid, seq, prev, hash, cause, delta, , , status, outcome, mail] = values as [
    string[], number[], Buffer[], Buffer[], string[], string[], unknown, unknown, (string | null)[]?, (string | null)[]?, (number | null)[]?,
  ];
  return uid.map((_, i) => ({
    uid: uid[i]!,
    seq: seq[i]!,
    prev: prev[i]!,
    hash: hash[i]!,
    cause: cause[i]!,
    delta: delta[i]!,
    status: status?.[i] ?? null,
    outcome: outcome?.[i] ?? null,
    mail: mail?.[i] ?? null,
  }));
}
