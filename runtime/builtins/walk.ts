/**
 * Iterators that can be stored.
 *
 * V8's own iterators hide their position. A walk is data: an array and an index, a string and an index, and for
 * a Map or Set the number of live entries before the cursor, which is exact under every mutation: an entry
 * deleted before the cursor lowers it, one added behind the last raises nothing.
 *
 * A Map walk is V8's own iterator until it is first stored; only then, and once, its position is found by
 * counting what is left, and the keys before the cursor are remembered. From then on the container is promoted,
 * so its barriers report every key that goes.
 */
import { types } from 'node:util';
import { DELEGATE, DONE, YIELD } from '../abi.ts';
import { isInBounds, lengthOf } from '../heap/binary.ts';
import { metaOf, type WalkedKeys } from '../heap/meta.ts';
import { touchWhole } from '../heap/touch.ts';
import { advanceGenerator, generatorNext, generatorOf, type GeneratorState } from '../machine/generator.ts';
import { registers } from '../machine/registers.ts';
import { callMethod } from './call-method.ts';
import { type Matches, nextMatch } from './matches.ts';

export type WalkMode = 'keys' | 'values' | 'entries';

export type Source =
  | { kind: 'array'; of: ArrayLike<unknown>; mode: WalkMode; at: number }
  | { kind: 'string'; of: string; at: number }
  | { kind: 'keyed'; of: Map<unknown, unknown> | Set<unknown>; mode: WalkMode; native: Iterator<unknown>; seen: Set<unknown> | null }
  | Matches
  // `next` may be anything: nobody looks at it before it is called (7.4.3).
  | { kind: 'generic'; of: object; next: Function }
  | { kind: 'async'; of: object; next: Function; sync: boolean };

/** A walk's state; undefined for anything that is not a walk. */
export let walkOf: (value: unknown) => WalkState | undefined;
/** The state of what surely is a walk. (A load is inlined, `#state in value` is not.) */
export let stateOf: (walk: Walk) => WalkState;

/** The object a program holds. Its prototype may be one of a built-in iterator, so it has no methods. */
export class Walk {
  readonly #state: WalkState;

  static {
    stateOf = (walk) => walk.#state;
    walkOf = (value) => (typeof value === 'object' && value !== null && #state in value ? value.#state : undefined);
  }

  constructor(source: Source, done = false) {
    this.#state = new WalkState(this, source, done);
  }
}

export class WalkState implements WalkedKeys {
  readonly source: Source;
  done: boolean;
  /** Of a walk over a generator of ours, whose `next` is the built-in one: loops need no result objects. */
  readonly generator: GeneratorState | undefined;
  private readonly shell: object;

  constructor(shell: object, source: Source, done: boolean) {
    this.shell = shell;
    this.source = source;
    this.done = done;
    this.generator = source.kind === 'generic' && source.next === generatorNext ? generatorOf(source.of) : undefined;
  }

  /** Advances a walk over a generator. True if the value register has a value. */
  advanceGenerator(): boolean {
    if (this.done) return false;
    let outcome: number = DONE;
    try {
      outcome = advanceGenerator((this.source as Source & { kind: 'generic' }).of, this.generator!);
    } finally {
      if (outcome === DONE) this.finish();
    }
    if (outcome === YIELD) return true;
    if (outcome === DELEGATE) {
      const result = registers.value as { done?: unknown; value?: unknown };
      if (!result.done) {
        registers.value = result.value;
        return true;
      }
      this.finish();
    }
    registers.value = undefined;
    return false;
  }

  /** Advances. Returns the value in an object, or null at the end. */
  advance(): { value: unknown } | null {
    if (this.done) return null;
    this.mark();
    if (this.source.kind === 'generic' || this.source.kind === 'match') return this.step(this.source);
    const result = advance(this.source);
    if (result === null) this.finish();
    return result;
  }

  /**
   * An iterator that throws has ended: nobody closes it (ECMA-262 7.4.9 IteratorStepValue). So has that of an expression
   * without `g`, after its match.
   */
  private step(source: Source): { value: unknown } | null {
    let result: { value: unknown } | null = null;
    try {
      result = advance(source);
      return result;
    } finally {
      if (result === null || (source.kind === 'match' && !source.global)) this.finish();
    }
  }

  finish(): void {
    this.mark();
    this.done = true;
    const { source } = this;
    // A finished walk need not hear from its container.
    if (source.kind === 'keyed' && source.seen !== null) metaOf(source.of)?.walks?.delete(this);
  }

  private mark(): void {
    const meta = metaOf(this.shell);
    if (meta !== undefined && !meta.whole) touchWhole(meta);
  }

  deleted(key: unknown): void {
    const { source } = this;
    if (source.kind === 'keyed' && source.seen?.delete(key)) this.mark();
  }

  cleared(): void {
    const { source } = this;
    if (source.kind !== 'keyed') return;
    source.seen?.clear();
    this.mark();
  }

  /** Of a Map or Set walk: the number of live entries before the cursor; kept up to date from now on. */
  position(): number {
    const { source } = this;
    if (source.kind !== 'keyed' || this.done) return 0;
    if (source.seen === null) {
      let rest = 0;
      while (!source.native.next().done) rest++;
      this.seek(source.of.size - rest);
    }
    return source.seen!.size;
  }

  /** Puts a Map or Set walk at its place. Its container has been promoted. */
  seek(position: number): void {
    const { source } = this;
    if (source.kind !== 'keyed' || this.done) return;
    source.native = keyedIterator(source.of, 'entries');
    source.seen = new Set();
    for (let i = 0; i < position; i++) source.seen.add((source.native.next().value as [unknown])[0]);
    const meta = metaOf(source.of);
    if (meta) {
      (meta.walks ??= new Set()).add(this);
      meta.open = true;
    }
  }
}

export function keyedIterator(of: Map<unknown, unknown> | Set<unknown>, mode: WalkMode): Iterator<unknown> {
  const prototype = types.isMap(of) ? Map.prototype : Set.prototype;
  return Reflect.apply(prototype[mode] as () => Iterator<unknown>, of, []);
}

function advance(source: Source): { value: unknown } | null {
  switch (source.kind) {
    case 'array': {
      const { at, of, mode } = source;
      if (at >= (Array.isArray(of) || !ArrayBuffer.isView(of) ? of.length : lengthOfView(of))) return null;
      source.at = at + 1;
      return { value: mode === 'keys' ? at : mode === 'values' ? of[at] : [at, of[at]] };
    }
    case 'string': {
      const { of, at } = source;
      if (at >= of.length) return null;
      const value = String.fromCodePoint(of.codePointAt(at)!);
      source.at = at + value.length;
      return { value };
    }
    case 'keyed': {
      const { native, mode, seen } = source;
      const result = native.next();
      if (result.done) return null;
      if (seen === null) return { value: result.value };
      // Once tracked, it goes over entries, so that the key is known.
      const entry = result.value as [unknown, unknown];
      seen.add(entry[0]);
      return { value: mode === 'entries' ? entry : mode === 'keys' ? entry[0] : entry[1] };
    }
    case 'match':
      return nextMatch(source);
    default: {
      const result = callMethod(source.next, source.of, []);
      if ((typeof result !== 'object' || result === null) && typeof result !== 'function') {
        throw new TypeError(`Iterator result ${String(result)} is not an object`);
      }
      if ((result as { done?: unknown }).done) return null;
      return { value: (result as { value?: unknown }).value };
    }
  }
}

function lengthOfView(view: object): number {
  if (!isInBounds(view)) throw new TypeError('Cannot perform %ArrayIteratorPrototype%.next on a detached ArrayBuffer');
  return lengthOf(view);
}
