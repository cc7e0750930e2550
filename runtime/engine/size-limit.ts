/**
 * How large a run's state may be. What the log tells is an estimate from above, for it counts what has been replaced;
 * only where that exceeds the limit, the state is measured.
 */
import { writeDocument, type Json, type RequestDocument, type StateDocument } from '../codec/format.ts';
import { image } from './cycle.ts';
import type { SinceImage } from './image-policy.ts';
import { shortened, type Step, variablesOf, type Way, wayToId } from './path.ts';
import type { Run } from './run.ts';
import { Fault } from '../errors.ts';
import { metaOf } from '../heap/meta.ts';
import { noteWaiting } from '../machine/stack.ts';

/** Bytes of the state at the most, after a delta of so many. */
export const sizeEstimate = ({ imageBytes, deltaBytes }: SinceImage, delta: number): number => imageBytes + deltaBytes + delta;

/** Throws Fault `state_size`, with what is largest in the state, if that is larger than `max` bytes. */
export function checkSize(run: Run, max: number): void {
  const state = image(run);
  const bytes = writeDocument(state).length;
  if (bytes <= max) return;
  const largest = largestPart(run, state);
  const fault = new Fault('state_size', `The state would have ${inMegabytes(bytes)}, and may have ${inMegabytes(max)}.${largest ? ` The largest part is ${tell(run, largest)}.` : ''}`);
  noteWaiting(fault, largest?.frame ?? null);
  throw fault;
}

/** What a variable leads to, or what a request hands over. */
interface Part extends Way {
  bytes: number;
  objects: number;
  /** The largest of these. */
  largest: { id: number; bytes: number } | null;
}

function largestPart(run: Run, { requests, heap }: StateDocument): Part | null {
  const seen = new Set<number>();
  const parts = [...Object.values(requests).flatMap(handedOver), ...variablesOf(run).map((variable) => ledTo(variable, heap, seen))];
  return parts.reduce<Part | null>((most, part) => (most === null || part.bytes > most.bytes ? part : most), null);
}

function handedOver(request: RequestDocument): Part[] {
  const part = (path: string, json: Json): Part[] => [{ path, frame: null, bytes: writeDocument(json).length, objects: 0, largest: null }];
  if ('effect' in request) return part(`the arguments of ${request.effect}`, request.args);
  if ('start' in request) return part(`the arguments of ${request.start}`, request.args);
  return 'tell' in request ? part('a message to a child', request.entry as unknown as Json) : [];
}

/** What a variable before this one leads to counts there. */
function ledTo({ value, path, frame }: Step, heap: Record<string, Json>, seen: Set<number>): Part {
  const part: Part = { path, frame, bytes: typeof value === 'string' ? value.length : 0, objects: 0, largest: null };
  const id = isHeld(value) ? metaOf(value)?.id : undefined;
  const work = typeof id === 'number' ? [id] : [];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const record = heap[next];
    // The variables of frames and Envs count for themselves.
    if (seen.has(next) || typeof record !== 'object' || record === null || 'frame' in record || 'env' in record) continue;
    seen.add(next);
    const bytes = writeDocument(record).length;
    part.bytes += bytes;
    part.objects++;
    if (part.largest === null || bytes > part.largest.bytes) part.largest = { id: next, bytes };
    addReferences(record, work);
  }
  return part;
}

const isHeld = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

function addReferences(json: Json, to: number[]): void {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json) && typeof json['@'] === 'number') to.push(json['@']);
  for (const inner of Object.values(json)) addReferences(inner!, to);
}

/** The object that makes up most of it, if there is one. */
function tell(run: Run, { path, bytes, objects, largest }: Part): string {
  const way = largest !== null && largest.bytes >= bytes / 2 ? wayToId(run, largest.id) : null;
  if (way !== null) return `${way.path}, with ${inMegabytes(largest!.bytes)}`;
  return `${shortened(path)}, with ${inMegabytes(bytes)}${objects > 1 ? ` in ${objects} objects` : ''}`;
}

const inMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 1)} MiB`;
