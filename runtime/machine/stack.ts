/**
 * Stack traces in source terms, through awaits.
 *
 * V8 captures the native stack when an error is made. Behind the step functions in it stand the frames that
 * await them, which V8 does not know. Two things close the gap: while a cycle runs, `Error.prepareStackTrace`
 * is ours, so positions are mapped as the text is made; and when an exception leaves a frame for the one that
 * awaits it, that one is noted and appended when the text is asked for.
 */
import { touched } from '../heap/touch.ts';
import { type Frame, isFrame, type Label } from './frame.ts';

/** `at async fulfil (src/order.wf.ts:12:5)`: the frames an error has passed since it was thrown. */
const passed = new WeakMap<object, Passed>();

interface Passed {
  lines: string[];
  /** So many of them are in the text of `stack`, which is made once, when it is first asked for. */
  told: number;
}

/** More than this is noise, as V8's own limit says. */
const AWAITING_MAX = 50;

export function labelOf(frame: Frame): Label | undefined {
  return frame.$k.labels[frame.$pc - 1];
}

/** The module a code id belongs to, and the path inside it. */
export function splitCodeId(id: string): { module: string; path: string } {
  const at = id.indexOf('#');
  return { module: id.slice(0, at), path: id.slice(at + 1) };
}

export function describeFrame(frame: Frame): string {
  const { module, path } = splitCodeId(frame.$k.id);
  const label = labelOf(frame);
  return `at async ${path} (${module}:${label?.line ?? 1}:${label?.column ?? 1})`;
}

export function noteAwaiting(error: unknown, frame: Frame): void {
  if (typeof error !== 'object' || error === null) return;
  // The text is part of what is stored.
  touched(error);
  const line = describeFrame(frame);
  const frames = passed.get(error);
  if (frames === undefined) passed.set(error, { lines: [line], told: 0 });
  else if (frames.lines.at(-1) !== line && frames.lines.length < AWAITING_MAX) frames.lines.push(line);
}

/** An error that was made of a run that waits: where this frame does, and those that await it. */
export function noteWaiting(error: object, frame: Frame | null): void {
  for (let at: object | null | undefined = frame; at && isFrame(at); at = at.$up) noteAwaiting(error, at);
}

/** An error that has been nowhere gets the lines of its stack: `at total (src/order.wf.ts:3:9)`. */
export function noteLines(error: object, lines: string[]): void {
  passed.set(error, { lines, told: 0 });
}

/** For who makes the text of `error.stack`: the frames to put into it. */
export function tellPassed(error: object): readonly string[] {
  const frames = passed.get(error);
  if (frames === undefined) return [];
  frames.told = frames.lines.length;
  return frames.lines;
}

/** The text of `error.stack`, with the frames it has passed since that was made. */
export function fullStack(error: object): string | undefined {
  const { stack } = error as { stack?: unknown };
  if (typeof stack !== 'string') return undefined;
  const frames = passed.get(error);
  if (frames === undefined) return stack;
  return [stack, ...frames.lines.slice(frames.told).map((line) => `    ${line}`)].join('\n');
}
