/**
 * The way to a value in a run, for messages: `fulfil.order.items[3].socket`. Found by a search from what the
 * run holds, and only when something has gone wrong.
 */
import { walkOf } from '../builtins/walk.ts';
import { metaOf } from '../heap/meta.ts';
import { asyncGeneratorOf } from '../machine/async-generator.ts';
import { closureOf, type Env, type Frame, slotIn } from '../machine/frame.ts';
import { generatorOf } from '../machine/generator.ts';
import { reactionsOf, slotsOf } from '../machine/promise.ts';
import type { Run } from './run.ts';

/** The way to a value, and the frame among whose variables it begins, if it does. */
export interface Way {
  path: string;
  frame: Frame | null;
}

interface Step extends Way {
  value: unknown;
}

/** Objects looked at before the search gives up. */
const SEARCH_MAX = 100_000;

/** The way to the promoted object with this id. */
export const wayToId = (run: Run, id: number): Way => wayIn(run, (value) => isObject(value) && metaOf(value)?.id === id);

export const wayTo = (run: Run, target: unknown): Way => wayIn(run, (value) => value === target);

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

function wayIn(run: Run, isTarget: (value: unknown) => boolean): Way {
  const queue: Step[] = [];
  const add: Add = (value, path, frame = null) => {
    queue.push({ value, path, frame });
  };
  for (const [id, env] of run.envs) addSlots(env, id, add);
  for (const { to } of run.requests.values()) if (to !== null) addFrames(to, add);
  if (run.main) add(run.main, 'the result');
  for (const [name, buffer] of run.channels) add(buffer, `channel ${name}`);
  return search(queue, isTarget) ?? { path: 'a value', frame: null };
}

/** The same from a value that crosses the border, called `name`: `args[0].order.socket`. */
export function pathWithin(root: unknown, name: string, target: unknown): string {
  return search([{ value: root, path: name, frame: null }], (value) => value === target)?.path ?? name;
}

function search(queue: Step[], isTarget: (value: unknown) => boolean): Way | null {
  const seen = new Set<object>();
  for (let i = 0; i < queue.length && i < SEARCH_MAX; i++) {
    const step = queue[i]!;
    const { value, path } = step;
    if (isTarget(value)) return step;
    if (!isObject(value)) continue;
    if (seen.has(value)) continue;
    seen.add(value);
    expand(value, path, (inner, at, frame = step.frame) => queue.push({ value: inner, path: at, frame }));
  }
  return null;
}

/** Without a frame it is that of what leads there. */
type Add = (value: unknown, path: string, frame?: Frame | null) => void;

function addSlots(env: Env, path: string, add: Add, frame?: Frame): void {
  for (const key of Object.keys(env)) if (key !== '$m' && key !== '$up') add(env[key], path === '' ? key : `${path}: ${key}`, frame);
  if (env.$up) addSlots(env.$up, path, add, frame);
}

function addFrames(to: object, add: Add): void {
  let frame: object | undefined = to;
  while (frame !== undefined && !slotsOf(frame) && !asyncGeneratorOf(frame)) {
    const { $k, $pc, $up } = frame as Frame;
    for (const slot of $k.labels[$pc - 1]?.live ?? []) {
      const value = slotIn(frame as Frame, slot);
      const name = $k.id.slice($k.id.indexOf('#') + 1);
      if (slot.startsWith('$') && typeof value === 'object' && value !== null && '$up' in value) addSlots(value as Env, name, add, frame as Frame);
      else add(value, `${name}: ${slot}`, frame as Frame);
    }
    frame = $up;
  }
  if (frame !== undefined) add(frame, slotsOf(frame) ? 'a promise' : 'an async generator');
}

function expand(value: object, path: string, add: Add): void {
  const slots = slotsOf(value);
  if (slots) {
    add(slots.value, path);
    for (const reaction of reactionsOf(slots)) {
      if (reaction.kind === 'frame') addFrames(reaction.frame, add);
      else if (reaction.kind === 'then') {
        add(reaction.fulfilled, path);
        add(reaction.rejected, path);
        add(reaction.to, path);
      }
    }
  }
  const generator = generatorOf(value) ?? asyncGeneratorOf(value);
  if (generator?.frame) addFrames(generator.frame, add);
  if (generator && 'queue' in generator) for (const request of generator.queue) add(request.value, path);
  const walk = walkOf(value);
  if (walk && 'of' in walk.source) add(walk.source.of, path);
  const closure = closureOf(value);
  if (closure?.env) addSlots(closure.env, path, add);
  if (closure?.scope) addSlots(closure.scope, path, add);
  if (Array.isArray(value)) {
    value.forEach((element, i) => add(element, `${path}[${i}]`));
    return;
  }
  if (value instanceof Map) {
    for (const [key, inner] of value) {
      add(key, `${path} key`);
      add(inner, `${path}.get(${typeof key === 'string' ? `'${key}'` : '…'})`);
    }
  } else if (value instanceof Set) {
    for (const inner of value) add(inner, `${path} element`);
  }
  for (const key of Object.keys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor && 'value' in descriptor) add(descriptor.value, `${path}.${key}`);
  }
}
