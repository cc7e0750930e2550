/**
 * Lines for the console, formatted when they are printed: what the program would have shown, as one text.
 */
import { formatWithOptions, inspect } from 'node:util';
import { CODE } from '../abi.ts';
import { Closure } from '../machine/frame.ts';
import { Promise, slotsOf } from '../machine/promise.ts';

/** Our record on a function shows up as a property of its own; this marks it, so that it can be taken out. */
const MARK = '\u0000';
Object.defineProperty(Closure.prototype, inspect.custom, { value: () => MARK });

const RECORD = new RegExp(`,?\\s*\\[${String(CODE).replace(/[()]/g, '\\$&')}\\]: ${MARK}`, 'g');
const EMPTY = /(\[(?:Function|AsyncFunction|class)[^\]]*\]) \{\s*\}/g;

Object.defineProperty(Promise.prototype, inspect.custom, {
  value(this: unknown, _depth: number, options: object, show: typeof inspect) {
    const slots = slotsOf(this);
    if (!slots) return show({}, options);
    if (slots.state === 'pending') return 'Promise { <pending> }';
    const text = show(slots.value, options);
    return slots.state === 'fulfilled' ? `Promise { ${text} }` : `Promise { <rejected> ${text} }`;
  },
});

export function formatLine(args: unknown[]): string {
  const text = formatWithOptions({ colors: false }, ...args);
  return text.includes(MARK) ? text.replace(RECORD, '').replace(EMPTY, '$1') : text;
}
