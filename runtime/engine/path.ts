/**
 * The way to a value in a run, for messages: `fulfil.order.items[3].socket`. Found by a search from what the
 * run holds, and only when something has gone wrong.
 */
import { walkOf } from '../builtins/walk.ts';
import { metaOf } from '../heap/meta.ts';
import { asyncGeneratorOf } from '../machine/async-generator.ts';
import { closureOf, type Env, type Frame, slotIn } from '../machine/frame.ts';
import { generatorOf } from '../machine/generator.ts';
import { type Reaction, reactionsOf, slotsOf } from '../machine/promise.ts';
import type { Run } from './run.ts';

/** The way to a value, and the frame among whose variables it begins, if it does. */
export interface Way {
  path: string;
  frame: Frame | null;
}

export interface Step extends Way {
  value: unknown;
  /** Here a variable begins, or a channel: what follows is what it leads to. */
  isVariable: boolean;
}

/** Objects looked at before the search gives up. */
const SEARCH_MAX = 100_000;

/** Of a path that is longer, the middle is left out. */
const PATH_MAX = 200;

/** The way to the promoted object with this id. */
export const wayToId = (run: Run, id: number): Way | null => search(heldBy(run), (value) => isObject(value) && metaOf(value)?.id === id);

export const wayTo = (run: Run, target: unknown): Way => search(heldBy(run), (value) => value === target) ?? { path: 'a value', frame: null };

/** The variables of a run, those of its modules first, and its channels. */
export const variablesOf = (run: Run): Step[] => [...stepsFrom(heldBy(run))].filter(({ isVariable }) => isVariable);

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

function heldBy(run: Run): Step[] {
  const queue: Step[] = [];
  const add: Add = (value, path, isVariable = false, frame = null) => {
    queue.push({ value, path, isVariable, frame });
  };
  for (const [id, env] of run.envs) addSlots(env, id, add);
  for (const { to } of run.requests.values()) if (to !== null) addFrames(to, add);
  if (run.main) add(run.main, 'the result');
  for (const [name, buffer] of run.channels) add(buffer, `channel ${name}`, true);
  return queue;
}

/** The same from a value that crosses the border, called `name`: `args[0].order.socket`. */
export function pathWithin(root: unknown, name: string, target: unknown): string {
  return search([{ value: root, path: name, isVariable: false, frame: null }], (value) => value === target)?.path ?? name;
}

function search(queue: Step[], isTarget: (value: unknown) => boolean): Way | null {
  for (const { value, path, frame } of stepsFrom(queue)) if (isTarget(value)) return { path: shortened(path), frame };
  return null;
}

export const shortened = (path: string): string =>
  path.length <= PATH_MAX ? path : `${path.slice(0, PATH_MAX / 2)} … ${path.slice(-PATH_MAX / 2)}`;

/** What is in the queue, and then all that it leads to, the nearest first. */
function* stepsFrom(queue: Step[]): Generator<Step> {
  const seen = new Set<object>();
  for (let i = 0; i < queue.length && i < SEARCH_MAX; i++) {
    const step = queue[i]!;
    yield step;
    const { value, path } = step;
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    expand(value, path, (inner, at, isVariable = false, frame = step.frame) => queue.push({ value: inner, path: at, isVariable, frame }));
  }
}

/** Without a frame it is that of what leads there. */
type Add = (value: unknown, path: string, isVariable?: boolean, frame?: Frame | null) => void;

function addSlots(env: Env, path: string, add: Add, frame?: Frame): void {
  for (const key of Object.keys(env)) if (key !== '$m' && key !== '$up') add(env[key], path === '' ? key : `${path}: ${key}`, true, frame);
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
      else add(value, `${name}: ${slot}`, true, frame as Frame);
    }
    frame = $up;
  }
  if (frame !== undefined) add(frame, slotsOf(frame) ? 'a promise' : 'an async generator');
}

function addReaction(reaction: Reaction, path: string, add: Add): void {
  switch (reaction.kind) {
    case 'frame':
    case 'frame in':
      addFrames(reaction.frame, add);
      return;
    case 'then':
      add(reaction.fulfilled, path);
      add(reaction.rejected, path);
      add(reaction.to, path);
      return;
    case 'element':
      add(reaction.of.values, `the results of Promise.${reaction.of.kind}`, true);
      add(reaction.of.to, path);
      return;
    case 'forward':
      add(reaction.to, path);
      return;
    case 'task':
    case 'body':
      add(reaction.scope.to, path);
  }
}

function expand(value: object, path: string, add: Add): void {
  const slots = slotsOf(value);
  if (slots) {
    add(slots.value, path);
    for (const reaction of reactionsOf(slots)) addReaction(reaction, path, add);
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
