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

interface Step {
  value: unknown;
  path: string;
}

/** Objects looked at before the search gives up. */
const SEARCH_MAX = 100_000;

/** The way to the promoted object with this id. */
export const pathToId = (run: Run, id: number): string => wayIn(run, (value) => isObject(value) && metaOf(value)?.id === id);

export const pathTo = (run: Run, target: unknown): string => wayIn(run, (value) => value === target);

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

function wayIn(run: Run, isTarget: (value: unknown) => boolean): string {
  const queue: Step[] = [];
  const add = (value: unknown, path: string): void => {
    queue.push({ value, path });
  };
  for (const [id, env] of run.envs) addSlots(env, id, add);
  for (const { to } of run.requests.values()) if (to !== null) addFrames(to, add);
  if (run.main) add(run.main, 'the result');
  for (const [name, buffer] of run.channels) add(buffer, `channel ${name}`);
  return search(queue, isTarget) ?? 'a value';
}

/** The same from a value that crosses the border, called `name`: `args[0].order.socket`. */
export function pathWithin(root: unknown, name: string, target: unknown): string {
  return search([{ value: root, path: name }], (value) => value === target) ?? name;
}

function search(queue: Step[], isTarget: (value: unknown) => boolean): string | null {
  const seen = new Set<object>();
  const add: Add = (value, path) => queue.push({ value, path });
  for (let i = 0; i < queue.length && i < SEARCH_MAX; i++) {
    const { value, path } = queue[i]!;
    if (isTarget(value)) return path;
    if (!isObject(value)) continue;
    if (seen.has(value)) continue;
    seen.add(value);
    expand(value, path, add);
  }
  return null;
}

type Add = (value: unknown, path: string) => void;

function addSlots(env: Env, path: string, add: Add): void {
  for (const key of Object.keys(env)) if (key !== '$m' && key !== '$up') add(env[key], path === '' ? key : `${path}: ${key}`);
  if (env.$up) addSlots(env.$up, path, add);
}

function addFrames(to: object, add: Add): void {
  let frame: object | undefined = to;
  while (frame !== undefined && !slotsOf(frame) && !asyncGeneratorOf(frame)) {
    const { $k, $pc, $up } = frame as Frame;
    for (const slot of $k.labels[$pc - 1]?.live ?? []) {
      const value = slotIn(frame as Frame, slot);
      const name = $k.id.slice($k.id.indexOf('#') + 1);
      if (slot.startsWith('$') && typeof value === 'object' && value !== null && '$up' in value) addSlots(value as Env, name, add);
      else add(value, `${name}: ${slot}`);
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
