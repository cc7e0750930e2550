/**
 * Lines for the console, formatted when they are printed: what the program would have shown, as one text.
 */
import { formatWithOptions, inspect, type InspectOptions } from 'node:util';
import { CODE } from '../abi.ts';
import { Closure } from '../machine/frame.ts';
import { Promise, slotsOf } from '../machine/promise.ts';

/** Our record on a function shows up as a property of its own; this marks it, so that it can be taken out. */
const MARK = '\u0000';
Object.defineProperty(Closure.prototype, inspect.custom, { value: () => MARK });

const RECORD = new RegExp(`,?\\s*\\[${String(CODE).replace(/[()]/g, '\\$&')}\\]: ${MARK}`, 'g');
const EMPTY = /(\[(?:Function|AsyncFunction|class)[^\]]*\]) \{\s*\}/g;

Object.defineProperty(Promise.prototype, inspect.custom, {
  value(this: unknown, depth: number | null, options: InspectOptions, show: typeof inspect) {
    const slots = slotsOf(this);
    if (!slots) return show({}, options);
    if (slots.state === 'pending') return 'Promise { <pending> }';
    const { breakLength = 80 } = options;
    const value = show(slots.value, { ...options, depth: depth === null ? null : depth - 1 });
    const text = slots.state === 'fulfilled' ? value : `<rejected> ${value}`;
    // As the host breaks lines (`reduceToSingleString` of its inspect).
    const fits = text.length + 'Promise {'.length + 12 <= breakLength && !text.includes('\n');
    return fits ? `Promise { ${text} }` : `Promise {\n  ${text.replaceAll('\n', '\n  ')}\n}`;
  },
});

export function formatLine(args: unknown[]): string {
  const text = formatWithOptions({ colors: false }, ...args);
  return text.includes(MARK) ? text.replace(RECORD, '').replace(EMPTY, '$1') : text;
}
