/**
 * What a run is told, and how the log and the inbox write it down: by one word, which is the first key, and what it is about.
 *
 *     {"start": "src/order.wf.ts#fulfil", "args": ["order-1"]}
 *     {"result": 3, "value": "receipt-7"}
 *     {"message": "approvals", "value": true, "mail": 1}
 */
import { writeDocument, type Json } from '../codec/format.ts';
import { CorruptState } from '../errors.ts';

/** What arrives for a run. */
export type Arrival =
  /** `deadline`: when it is cancelled, in ms since 1970. */
  | { kind: 'start'; workflow: string; args: Json; deadline?: number }
  /** The outcome of an effect; with `mail`, it came through the inbox. */
  | { kind: 'result'; request: number; value: Json; mail?: number }
  | { kind: 'failure'; request: number; error: Json; mail?: number }
  /** A timer is due: a sleep ends, a receive times out. */
  | { kind: 'timer'; request: number }
  /** The n-th entry of the inbox; with the key, if its sender gave it one. With `ask`, the sender waits for an answer. */
  | { kind: 'message'; mail: number; channel: string; value: Json; key?: string; ask?: true }
  /** A person has decided what becomes of an effect in doubt; a result or failure follows as such. */
  | { kind: 'retry'; mail: number; request: number; attempt: number }
  /** A child has been started, has ended, has been told to stop. */
  | { kind: 'started'; request: number; id: string; uid: string; mail?: number }
  | { kind: 'ended'; request: number; id: string; uid: string; outcome: { ok: Json } | { error: Json }; mail: number }
  | { kind: 'told'; request: number; mail?: number }
  /** The run shall stop; its effects get so many ms to end. */
  | { kind: 'cancel'; mail: number; reason?: string; graceMs: number }
  /** An effect has stopped because it was told to: nobody knows whether it has happened, unless it had not begun. */
  | { kind: 'aborted'; request: number; begun: boolean; mail?: number }
  /** The mark of an image has found rejections that nobody can listen to. */
  | { kind: 'unheard' };

/** Why an entry of the log is there: what has arrived; or what was decided about the run from outside. */
export type Cause =
  | Arrival
  | { kind: 'terminate'; reason?: string }
  /** It goes back to the state after cycle `to`, where the requests `again` are made once more (`retry-plan.ts`). */
  | { kind: 'back'; to: number; again: number[]; program?: ProgramChange }
  | { kind: 'moved'; program: ProgramChange };

/** Hashes of programs: by which it was evaluated before, and is from here on. */
export interface ProgramChange {
  from: string;
  to: string;
}

/** The field that each kind is about; null: it says all by itself. */
const SUBJECTS: { readonly [K in Cause['kind']]: Exclude<keyof Extract<Cause, { kind: K }>, 'kind'> | null } = {
  start: 'workflow',
  result: 'request',
  failure: 'request',
  aborted: 'request',
  timer: 'request',
  retry: 'request',
  started: 'request',
  ended: 'request',
  told: 'request',
  message: 'channel',
  cancel: 'graceMs',
  unheard: null,
  terminate: null,
  back: 'to',
  moved: 'program',
};

export const writeCause = (cause: Cause | readonly Cause[]): string => writeDocument(Array.isArray(cause) ? cause.map(written) : written(cause as Cause));

function written(cause: Cause): Record<string, unknown> {
  const { kind } = cause;
  const subject = SUBJECTS[kind];
  const fields = cause as unknown as Record<string, unknown>;
  const out: Record<string, unknown> = { [kind]: subject === null ? true : fields[subject] };
  for (const key in fields) if (key !== 'kind' && key !== subject) out[key] = fields[key];
  return out;
}

/** The causes of an entry of the log. Throws CorruptState, at `path`, for what is none. */
export const readCauses = (text: string, path: string): Cause[] => [parsed(text, path)].flat().map((document) => read(document, path));

/** One of them. */
export const readCause = (text: string, path: string): Cause => read(parsed(text, path), path);

function read(document: unknown, path: string): Cause {
  if (typeof document !== 'object' || document === null) throw new CorruptState(path, 'an object was expected');
  const [kind = ''] = Object.keys(document);
  if (kind === 'kind') return document as Cause; // so the versions before the fourth wrote it: of runs that had not begun
  if (!Object.hasOwn(SUBJECTS, kind)) throw new CorruptState(path, `unknown kind of entry: ${JSON.stringify(kind)}`);
  const { [kind]: about, ...rest } = document as Record<string, Json>;
  const subject = SUBJECTS[kind as Cause['kind']];
  return { ...rest, kind, ...(subject === null ? {} : { [subject]: about }) } as unknown as Cause;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CorruptState(path, 'it is not JSON');
  }
}

/** Of an effect. */
export type Outcome = Extract<Arrival, { kind: 'result' | 'failure' | 'aborted' }>;

export const isOutcome = (cause: Cause): cause is Outcome => cause.kind === 'result' || cause.kind === 'failure' || cause.kind === 'aborted';
