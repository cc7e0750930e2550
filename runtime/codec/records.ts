/**
 * Live objects → records.
 *
 * Records are built as plain data and turned into text by one JSON.stringify. A plain object whose values are
 * all JSON stands in its record as itself, uncopied (measured: half the time of building text by hand). What each
 * kind of object looks like when it is written is in `kinds/`.
 *
 * How an object gets its id, and what happens to objects that a record refers to, is the business of the
 * subclasses: `checkpoint.ts` for a run's heap, `border.ts` for values that leave it.
 */
import { TDZ } from '../abi.ts';
import type { Kind } from '../heap/meta.ts';
import { asyncGeneratorOf } from '../machine/async-generator.ts';
import type { Env, Frame } from '../machine/frame.ts';
import { slotsOf } from '../machine/promise.ts';
import type { Json, ObjectId } from './format.ts';
import { arrayKind } from './kinds/array.ts';
import { objectKind } from './kinds/object.ts';
import { KINDS } from './kinds/table.ts';

/** Objects that are stored by name: built-ins, and what a program defines for all its runs. */
export interface Names {
  nameOf(object: object): string | undefined;
  /** Objects may have symbol keys. */
  readonly symbols: boolean;
  /** Objects may have attributes or accessors that no operation has announced. */
  readonly reflective: boolean;
}

export abstract class RecordWriter {
  readonly names: Names;
  /** The records are kept as data while the objects go on changing, so none may stand in its own record. */
  readonly copies: boolean = false;

  constructor(names: Names) {
    this.names = names;
  }

  value(value: unknown): Json {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return number(value);
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { n: String(value) };
      case 'symbol':
        return this.symbol(value);
      default:
        if (value === null) return null;
        if (value === TDZ) return { $: 'tdz' };
        return this.reference(value as object);
    }
  }

  private reference(object: object): Json {
    const name = this.names.nameOf(object);
    return name === undefined ? this.refer(object) : { '%': name };
  }

  /** A reference to an object by id; the object is written if it has not been. */
  protected abstract refer(object: object): Json;
  protected abstract referEnv(env: Env): Json;
  abstract referFrame(frame: Frame): Json;

  /**
   * An object that is reached through another whose record does not mention it: the method of a class, the prototype of
   * a function. Where there is a record of it, the record stays.
   */
  keep(_object: object): void {}

  /** Is there a record of a key, or will there be one? */
  isReached(_key: object | symbol): boolean {
    return false;
  }

  /** Calls `reached` when something else than this entry leads to its key, `lost` if in the end nothing does. */
  ephemeron(_key: object | symbol, _reached: () => void, _lost: () => void): void {}

  env(env: Env | undefined): Json {
    return env === undefined ? null : this.referEnv(env);
  }

  /** Who gets a result: a promise, the async generator whose frame has it, or a frame. */
  continuation(to: object): Json {
    return slotsOf(to) || asyncGeneratorOf(to) ? this.value(to) : this.referFrame(to as Frame);
  }

  /** The same, where nothing else can stand. */
  continuationId(to: object): ObjectId {
    return (this.continuation(to) as { '@': ObjectId })['@'];
  }

  private symbol(symbol: symbol): Json {
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) return { y: key };
    const name = WELL_KNOWN_SYMBOLS.get(symbol);
    return name === undefined ? this.refer(symbol as unknown as object) : { '%': name };
  }

  record(object: object, kind: Kind): Json {
    // Most objects are one of these; the calls stay direct.
    if (kind === 'object') return objectKind.write(this, object);
    if (kind === 'array') return arrayKind.write(this, object as unknown[]);
    return KINDS[kind].write(this, object);
  }
}

function number(value: number): Json {
  if (value - value === 0) return value === 0 && 1 / value < 0 ? { $: '-0' } : value;
  return { $: String(value) };
}

export const isWellKnown = (symbol: symbol): boolean => WELL_KNOWN_SYMBOLS.has(symbol);

const WELL_KNOWN_SYMBOLS = new Map<symbol, string>(
  Object.getOwnPropertyNames(Symbol).flatMap((name): [symbol, string][] => {
    const symbol: unknown = Reflect.get(Symbol, name);
    return typeof symbol === 'symbol' ? [[symbol, `Symbol.${name}`]] : [];
  }),
);
