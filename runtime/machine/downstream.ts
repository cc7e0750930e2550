/**
 * Who will hear of the end of something, as far as the machine's own records tell: the frames that await a frame, what a
 * promise leads to through handlers and combinators, the scope that a task belongs to. What a program does by closures of
 * its own (a `resolve` that is called in a `finally`) is not seen.
 */
import { asyncGeneratorOf } from './async-generator.ts';
import { MACHINE, type Frame } from './frame.ts';
import { type Capability, type Promise, reactionsOf, type Reaction, slotsOf } from './promise.ts';

/** Adds everything downstream of `starts` to `found`; the starts themselves only if one leads to another. */
export function addDownstream(starts: Iterable<object>, found: Set<object>): void {
  const work: object[] = [];
  const add = (object: object | null | undefined): void => {
    if (!object || found.has(object)) return;
    found.add(object);
    work.push(object);
  };
  for (const start of starts) follow(start, add);
  for (let next = work.pop(); next !== undefined; next = work.pop()) follow(next, add);
}

type Add = (object: object | null | undefined) => void;

function follow(object: object, add: Add): void {
  if ((object as Frame).$k?.machine === MACHINE) {
    add((object as Frame).$up);
    return;
  }
  const slots = slotsOf(object);
  if (slots) {
    for (const reaction of reactionsOf(slots)) followReaction(reaction, add);
    return;
  }
  // The frame of an async generator answers whoever has asked.
  for (const { to } of asyncGeneratorOf(object)?.queue ?? []) add(to);
}

function followReaction(reaction: Reaction, add: Add): void {
  switch (reaction.kind) {
    case 'frame':
    case 'frame in':
      add(reaction.frame);
      return;
    case 'then':
      add(promiseOf(reaction.to));
      return;
    case 'forward':
      add(reaction.to);
      return;
    case 'element':
      add(promiseOf(reaction.of.to));
      return;
    case 'task':
    case 'body':
      add(reaction.scope.to);
  }
}

const promiseOf = (to: Capability): Promise => (slotsOf(to) ? (to as Promise) : ((to as { promise: object }).promise as Promise));
