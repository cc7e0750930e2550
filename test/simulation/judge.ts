/**
 * The oracle after a simulation: what every run has told, and what the store says, against its plan, the journal of the
 * other side, and the ledger.
 */
import { isDeepStrictEqual } from 'node:util';
import { foldHistory } from '../../runtime/engine/history.ts';
import { withStart } from '../../runtime/store/log.ts';
import type { MemoryDatabase } from '../../runtime/store/memory/database.ts';
import { SIGNED, TRANSACTIONS } from './effects.ts';
import type { Entry, Message, Part } from './load.wf.ts';
import { REFUSAL } from './network.ts';
import type { Attempt } from './outside.ts';
import type { PlannedRun } from './plan.ts';
import type { Confirmed, Told } from './users.ts';
import type { Ledger } from './watch.ts';

interface Book {
  entries: Entry[];
  counts: [string, number][];
}

export interface Evidence {
  run: PlannedRun;
  told: Told;
  ledger: Ledger;
  journal: Attempt[];
  /** Messages whose sending was confirmed. */
  acknowledged: Confirmed[];
  /** What was heard of its answers, by the keys of the questions; null: it has none. */
  heard: ReadonlyMap<string, string | null>;
  /** With what those who have tokens have completed calls, by their keys. */
  signed: ReadonlyMap<string, string>;
  /** Texts that people have given as outcomes. */
  isDecision(text: string): boolean;
}

/** Judges what one run has told. Returns what is wrong. */
export function judge(evidence: Evidence): string[] {
  const wrong: string[] = [];
  const say = (what: string): void => void wrong.push(`${evidence.run.id}: ${what}`);
  const book = bookOf(evidence, say);
  if (book) {
    judgeSteps(evidence, book, say);
    judgeOutcomes(evidence, book, say);
    judgeMessages(evidence, book, say);
    judgeAnswers(evidence, book, say);
  }
  return wrong;
}

type Say = (what: string) => void;

// ——— The store ———

/** Judges what the store has of a run that has ended; of a child that its parent may have ended, `status` is null. */
export function judgeStored(ledger: Ledger, status: 'completed' | 'failed' | null, { tables }: MemoryDatabase): string[] {
  const wrong: string[] = [];
  const say = (what: string): void => void wrong.push(`${ledger.id}: ${what}`);
  const row = tables.runs.byUid.get(ledger.uid)!;
  if (status === null ? row.finishedAt === null : row.status !== status) say(`its status is ${row.status}`);
  if (row.worker !== null || row.wakeAt !== null) say(`it has ended, and is held by ${row.worker} or wakes at ${row.wakeAt}`);
  if (row.outcome !== ledger.outcome) say('its outcome is not the one that was committed');
  const claims = tables.claims.of(ledger.uid);
  if (claims.length > 0) say(`it has ended, and there are claims: ${JSON.stringify(claims)}`);
  const errands = [...tables.errands.values()].filter(({ uid }) => uid === ledger.uid);
  if (errands.length > 0) say(`it has ended, and there are errands: ${JSON.stringify(errands)}`);
  const rows = tables.log.of(ledger.uid).from(0).map(({ n, row: { hash, cause, delta } }) => ({ seq: n, hash, cause, delta }));
  const log = withStart(ledger.uid, rows);
  const last = log.at(-1)!;
  if (last.seq !== ledger.seq || last.hash !== ledger.hash.toString('hex')) say('its log does not end with the last cycle that was committed');
  const { heap, ...state } = foldHistory(null, log).state;
  for (const image of tables.images.of(ledger.uid).from(0)) {
    const folded = foldHistory({ seq: image.n, state: image.row }, log.slice(image.n)).state;
    // An image has lost the garbage; what it has kept is the same.
    const kept = Object.fromEntries(Object.keys(folded.heap).map((id) => [id, heap[id]]));
    if (!isDeepStrictEqual({ ...state, heap: kept }, { ...folded })) say(`its state from image ${image.n} is not the fold of its log`);
  }
  return wrong;
}

// ——— The workflow ———

function bookOf({ run, told }: Evidence, say: Say): Book | null {
  const value = run.workflow === 'follow' ? told.value : (told.value as { book?: unknown }).book;
  const asExpected = run.workflow === 'follow' ? !told.failed : told.failed && (told.value as Error).message === 'abandoned';
  if (asExpected && Array.isArray((value as Book | undefined)?.entries)) return value as Book;
  say(`it ended unexpectedly: ${told.failed ? String((told.value as Error)?.stack) : JSON.stringify(told.value)}`);
  return null;
}

/** Every step once, those that must be there, in the order of the plan. */
function judgeSteps({ run }: Evidence, { entries, counts }: Book, say: Say): void {
  const places = new Map<string, number>();
  for (const [place, [what, step]] of entries.entries()) {
    const name = what === 'undo' ? `undo ${step}` : String(step);
    if (what !== 'message' && places.has(name)) say(`step ${name} has happened twice`);
    places.set(name, place);
  }
  let last = -1;
  const after = (parts: Part[], from: number): number => {
    let end = from;
    for (const part of parts) {
      const start = end;
      if (part.do === 'race' || part.do === 'detach') continue;
      if (part.do === 'child' || part.do === 'scope') {
        const [, , outcome] = entries.find(([what, step]) => what === part.do && step === part.step) ?? [];
        // Of one that was not begun, or was cancelled, anything may be missing.
        if (outcome === 'done' || outcome === 'in time') end = after(part.parts, start);
        else if (outcome === undefined) say(`step ${part.step} (${part.do}) has not happened`);
        continue;
      }
      if (part.do === 'all') {
        for (const one of part.parts) end = Math.max(end, after([one], start));
        continue;
      }
      const place = places.get(String(part.step));
      if (place === undefined) say(`step ${part.step} (${part.do}) has not happened`);
      else if (place < start) say(`step ${part.step} (${part.do}) has happened too early`);
      else end = place;
    }
    return end;
  };
  last = after(run.plan, last);
  if (run.workflow === 'abandon') {
    const undone = entries.filter(([what]) => what === 'undo').map(([, step]) => step);
    const expected = run.plan.map(({ step }) => step).reverse();
    if (!isDeepStrictEqual(undone, expected)) say(`it has undone ${undone.join()}, not ${expected.join()}`);
    if (places.get(`undo ${expected[0]}`)! < last) say('it has undone something before it was done');
  }
  const counted = new Map<string, number>();
  for (const [what] of entries) counted.set(what, (counted.get(what) ?? 0) + 1);
  if (!isDeepStrictEqual(new Map(counts), counted)) say('what it has counted is not what it has written');
}

function partsOf(parts: Part[]): Part[] {
  return parts.flatMap((part) => ('parts' in part ? [part, ...partsOf(part.parts)] : [part]));
}

/** What every step tells is true. */
function judgeOutcomes({ run, journal, signed, isDecision }: Evidence, { entries }: Book, say: Say): void {
  const parts = new Map(partsOf(run.plan).map((part) => [part.step, part]));
  /** Steps inside scopes: these may end them. */
  const within = new Set(partsOf(run.plan).flatMap((part) => (part.do === 'scope' ? partsOf(part.parts).map(({ step }) => step) : [])));
  for (const [what, step, outcome] of entries) {
    const part = parts.get(step)!;
    if (what === 'sleep' && part.do === 'sleep' && Number(outcome) < part.ms) say(`step ${step} has slept ${outcome} ms of ${part.ms}`);
    if (what === 'receive' && part.do === 'receive' && outcome === 'timeout' && part.timeout === undefined) say(`step ${step} has timed out`);
    if (what === 'scope' && outcome !== 'in time' && outcome !== 'TimeoutError' && !(outcome === 'CancelledError' && within.has(step))) say(`step ${step} (scope) has ended with ${outcome}`);
    if (what === 'child' && outcome !== 'done' && !outcome.includes(REFUSAL)) say(`step ${step} (child) has ended with ${outcome}`);
    if (['sleep', 'receive', 'message', 'answer', 'child', 'scope'].includes(what)) continue;
    const made = journal.filter((one) => one.run === run.id && one.step === (what === 'undo' ? 10_000 + step : step));
    if (new Set(made.map(({ key }) => key)).size > 1) say(`step ${step} was asked for twice: ${made.map(({ key }) => key).join()}`);
    const failed = outcome.startsWith('failed: ');
    const text = failed ? outcome.slice('failed: '.length) : outcome;
    const isTransaction = (TRANSACTIONS as string[]).includes(what);
    const isTrue = made.some((one) => one.outcome === text && one.failed === failed && (failed || !isTransaction || one.happened)) || (failed && /took longer than|has given no heartbeat/.test(text)) || (failed && isTransaction && text === REFUSAL);
    const signature = made.map(({ key }) => signed.get(key)).find((one) => one !== undefined);
    if (signature !== undefined && signature !== text) say(`step ${step} (${what}) was ${signature}, and has the outcome ${outcome}`);
    const isSigned = signature === text || (failed && (SIGNED as string[]).includes(what) && /^Nobody has completed/.test(text));
    if (!isTrue && !isSigned && !isDecision(text)) say(`step ${step} (${what}) has an outcome that nobody has given: ${outcome}`);
  }
}

/** Every message once, in the order of the inbox, none left out. */
function judgeMessages({ run, ledger, acknowledged }: Evidence, { entries }: Book, say: Say): void {
  const sent = ledger.inbox.flatMap((entry) =>
    entry.kind === 'message' ? [{ channel: entry.channel, ...(entry.value as unknown as Message) }] : [],
  );
  for (const { channel, number, nonce } of acknowledged) {
    const isThere = sent.some((message) => message.channel === channel && (nonce === null ? message.number === number : message.nonce === nonce));
    if (!isThere) say(`${nonce ?? `${channel} ${number}`} was confirmed, and is not there`);
  }
  for (const [channel, what] of [['letters', 'receive'], ['numbers', 'message']] as const) {
    const inChannel = sent.filter((message) => message.channel === channel);
    const queue = inChannel.map(({ nonce }) => nonce);
    if (run.keyed && new Set(inChannel.map(({ number }) => number)).size < queue.length) say(`of ${channel} one was taken in twice: ${queue.join(', ')}`);
    const taken = entries.filter(([kind, , outcome]) => kind === what && outcome !== 'timeout').map(([, , outcome]) => outcome);
    if (!isDeepStrictEqual(taken, queue.slice(0, taken.length))) say(`of ${channel} it was sent ${queue.join(', ')} and took ${taken.join(', ')}`);
  }
}

/** Every question is answered once, and who asked has heard that answer. */
function judgeAnswers({ run, heard }: Evidence, { entries }: Book, say: Say): void {
  const given = new Map<string, string>();
  for (const [what, , nonce] of entries) {
    if (what !== 'answer' || nonce === 'timeout') continue;
    const key = nonce.slice(0, nonce.indexOf(' ('));
    if (given.has(key)) say(`it was asked ${key} twice: ${given.get(key)} and ${nonce}`);
    given.set(key, nonce);
  }
  for (const part of partsOf(run.plan)) {
    if (part.do === 'answer' && part.timeout === undefined && entries.some(([what, step, outcome]) => what === 'answer' && step === part.step && outcome === 'timeout')) {
      say(`step ${part.step} has timed out`);
    }
  }
  // What was detached or has lost a race may answer when the book is closed.
  const mayAnswerLate = partsOf(run.plan).some((part) => (part.do === 'detach' || part.do === 'race') && partsOf([part]).some((one) => one.do === 'answer'));
  for (const [key, answer] of heard) {
    const expected = given.has(key) ? `an answer to ${given.get(key)}` : null;
    const isLate = expected === null && mayAnswerLate && answer?.startsWith(`an answer to ${key} (`);
    if (answer !== expected && !isLate) say(`to ${key} it has answered ${expected}, and ${answer} was heard`);
  }
  for (const key of given.keys()) if (!heard.has(key)) say(`nobody has heard its answer to ${key}`);
}
