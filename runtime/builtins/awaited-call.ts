/**
 * `await f(…)`, where the callee is known at run time only.
 */
import { wait } from '../machine/drive.ts';
import { closureOf, type Frame } from '../machine/frame.ts';
import { invoke } from './objects.ts';

/** Pushes the callee's frame if it has one, else calls it and waits for what comes back. */
export function call(frame: Frame, callee: unknown, self: unknown, args: unknown[], text: string): Frame | number {
  const closure = closureOf(callee);
  if (closure === undefined) return wait(frame, invoke(callee, self, args, text));
  const { env, code } = closure;
  const { enter } = code;
  if (enter === undefined) return wait(frame, Reflect.apply(callee as Function, self, args));
  // A spread is a call through V8's list of arguments.
  switch (args.length) {
    case 0:
      return enter(frame, env, self);
    case 1:
      return enter(frame, env, self, args[0]);
    case 2:
      return enter(frame, env, self, args[0], args[1]);
    case 3:
      return enter(frame, env, self, args[0], args[1], args[2]);
    default:
      return enter(frame, env, self, ...args);
  }
}
