/**
 * From stored text to state: parses an image and the log after it, checks the hash chain, folds.
 */
import { nextHash } from '../chain.ts';
import { applyDelta, compact, emptyState } from '../codec/fold.ts';
import { checkFormat, type DeltaDocument, type StateDocument } from '../codec/format.ts';
import { CorruptState } from '../errors.ts';

export interface StoredImage {
  seq: number;
  state: string;
}

export interface StoredEntry {
  seq: number;
  /** In hex. */
  hash: string;
  cause: string;
  delta: string;
}

export interface History {
  state: StateDocument;
  /** Nothing of its program has been evaluated. */
  isFresh: boolean;
  /** The last cycle. */
  seq: number;
  hash: Buffer;
  /** Bytes of the image, and of the deltas after it. */
  imageBytes: number;
  deltaBytes: number;
  deltas: number;
}

/** The history of a run that has just been started. */
export const freshHistory = (hash: Buffer): History => ({ state: emptyState(), isFresh: true, seq: 0, hash, imageBytes: 0, deltaBytes: 0, deltas: 0 });

/** Throws CorruptState for anything that is not a run's history. */
export function foldHistory(image: StoredImage | null, log: readonly StoredEntry[]): History {
  const first = log[0];
  const from = image?.seq ?? 0;
  if (!first || first.seq !== from) throw new CorruptState(`log.${from}`, 'the entry is missing');
  let state = image ? parseState(image.state, `image.${image.seq}`) : emptyState();
  let isFresh = from === 0;
  const returns = new Returns(log);
  returns.pass(from, { state, isFresh });
  let hash: Buffer = Buffer.from(first.hash, 'hex');
  let deltaBytes = 0;
  for (let i = 1; i < log.length; i++) {
    const entry = log[i]!;
    const path = `log.${entry.seq}`;
    if (entry.seq !== from + i) throw new CorruptState(`log.${from + i}`, 'the entry is missing');
    const delta = parse<DeltaDocument>(entry.delta, path);
    const isEvaluated = delta.back === undefined && delta.program === undefined;
    const beginsLog = isFresh && isEvaluated;
    const expected = nextHash(hash, entry.cause, entry.delta);
    if (expected.toString('hex') !== entry.hash) {
      if (beginsLog && delta.v !== undefined) checkFormat(delta.v, path); // another version may have other hashes
      throw new CorruptState(path, 'its hash does not fit: the entry was changed');
    }
    if (beginsLog) checkFormat(delta.v, path);
    hash = expected;
    if (delta.back !== undefined) ({ state, isFresh } = returns.to(delta.back, `${path}.back`));
    else if (isEvaluated) isFresh = false;
    applyDelta(state, delta);
    returns.pass(entry.seq, { state, isFresh });
    deltaBytes += entry.delta.length;
  }
  compact(state);
  return {
    state,
    isFresh,
    seq: from + log.length - 1,
    hash,
    imageBytes: image?.state.length ?? 0,
    deltaBytes,
    deltas: log.length - 1,
  };
}

type Place = Pick<History, 'state' | 'isFresh'>;

/** States that the log goes back to (`retry-plan.ts`), kept as the fold comes by them. */
class Returns {
  private readonly wanted: ReadonlySet<unknown>;
  private readonly kept = new Map<number, string>();

  constructor(log: readonly StoredEntry[]) {
    const backs = log.filter(({ delta }) => delta.startsWith('{"back":'));
    this.wanted = new Set(backs.map(({ seq, delta }) => parse<DeltaDocument>(delta, `log.${seq}`).back));
  }

  pass(seq: number, place: Place): void {
    if (!this.wanted.has(seq)) return;
    compact(place.state);
    this.kept.set(seq, JSON.stringify(place));
  }

  to(seq: number, path: string): Place {
    const place = this.kept.get(seq);
    if (place === undefined) throw new CorruptState(path, `the log does not come by cycle ${seq}`);
    return JSON.parse(place) as Place;
  }
}

function parseState(text: string, path: string): StateDocument {
  const state = parse<StateDocument>(text, path);
  checkFormat(state.v, path);
  for (const [key, empty] of Object.entries(emptyState())) {
    const value = state[key as keyof StateDocument];
    // `main` is null before it is a reference, `over` before it is a word.
    const fits = empty === null ? value !== undefined : typeof value === typeof empty && value !== null && Array.isArray(value) === Array.isArray(empty);
    if (!fits) throw new CorruptState(`${path}.${key}`, value === undefined ? 'it is missing' : 'it is of another type');
  }
  return state;
}

function parse<T>(text: string, path: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CorruptState(path, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CorruptState(path, 'an object was expected');
  return value as T;
}
