/**
 * What `matchAll` goes over: the matches that a RegExp of its own finds in a text (ECMA-262 22.2.6.9, 22.2.9.2). They are
 * found by the `exec` of that RegExp, which a subclass may have replaced, and made by the constructor that its species names.
 */
import { types } from 'node:util';
import { touched } from '../heap/touch.ts';

export interface Matches {
  kind: 'match';
  matcher: object;
  text: string;
  global: boolean;
  unicode: boolean;
}

interface Matcher {
  constructor?: unknown;
  exec?: unknown;
  flags?: unknown;
  lastIndex?: unknown;
}

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** RegExp.prototype[@@matchAll] (22.2.6.9). */
export function matchesOf(pattern: object, value: unknown): Matches {
  const text = `${value as string}`;
  const species = speciesOf(pattern);
  const flags = `${(pattern as Matcher).flags as string}`;
  const matcher = Reflect.construct(species, [pattern, flags]) as object;
  setLastIndex(matcher, toLength((pattern as Matcher).lastIndex));
  return { kind: 'match', matcher, text, global: flags.includes('g'), unicode: flags.includes('u') || flags.includes('v') };
}

/** String.prototype.matchAll (22.1.3.14); undefined if the pattern has a method of its own for it. */
export function matchesIn(object: unknown, pattern: unknown): Matches | undefined {
  const absent = pattern === undefined || pattern === null;
  const method = absent ? undefined : (pattern as { [Symbol.matchAll]?: unknown })[Symbol.matchAll];
  if (method !== undefined && method !== null && method !== regExpMatchAll) return undefined;
  if (!absent && isRegExp(pattern)) {
    const { flags } = pattern as Matcher;
    if (flags === undefined || flags === null || !`${flags as string}`.includes('g')) {
      throw new TypeError('String.prototype.matchAll called with a non-global RegExp argument');
    }
  }
  if (method === regExpMatchAll) return isObject(pattern) ? matchesOf(pattern, object) : undefined;
  const text = `${object as string}`;
  return matchesOf(new RegExp(pattern === undefined ? '' : `${pattern as string}`, 'g'), text);
}

export const regExpMatchAll = RegExp.prototype[Symbol.matchAll];

/** %RegExpStringIteratorPrototype%.next (22.2.9.2.1). */
export function nextMatch({ matcher, text, unicode }: Matches): { value: unknown } | null {
  touched(matcher);
  const match = execute(matcher, text);
  if (match === null) return null;
  if (`${(match as unknown[])[0] as string}` === '') {
    const at = toLength((matcher as Matcher).lastIndex);
    const wide = unicode && (text.codePointAt(at) ?? 0) > 0xffff;
    setLastIndex(matcher, at + (wide ? 2 : 1));
  }
  return { value: match };
}

/** RegExpExec (22.2.7.1). */
function execute(matcher: object, text: string): object | null {
  const { exec } = matcher as Matcher;
  if (typeof exec !== 'function') return RegExp.prototype.exec.call(matcher as RegExp, text);
  const match: unknown = Reflect.apply(exec, matcher, [text]);
  if (match !== null && !isObject(match)) throw new TypeError('RegExp exec method returned something other than an Object or null');
  return match;
}

function setLastIndex(matcher: object, value: number): void {
  touched(matcher);
  (matcher as Matcher).lastIndex = value;
}

/** SpeciesConstructor (7.3.22), with RegExp as the default. */
function speciesOf(pattern: object): Function {
  const { constructor } = pattern as Matcher;
  if (constructor === undefined) return RegExp;
  if (!isObject(constructor)) throw new TypeError('The .constructor property is not an object');
  const species = (constructor as { [Symbol.species]?: unknown })[Symbol.species];
  return species === undefined || species === null ? RegExp : (species as Function);
}

/** IsRegExp (7.2.8). */
function isRegExp(value: unknown): boolean {
  if (!isObject(value)) return false;
  const says = (value as { [Symbol.match]?: unknown })[Symbol.match];
  return says === undefined ? types.isRegExp(value) : Boolean(says);
}

/** ToLength (7.1.20). */
const toLength = (value: unknown): number => Math.min(Math.max(Math.trunc(+(value as number)) || 0, 0), Number.MAX_SAFE_INTEGER);
