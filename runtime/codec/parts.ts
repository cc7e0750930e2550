/**
 * The parts of stored records: each is checked as it is read, and what it is not is a CorruptState with the path.
 */
import { TDZ } from '../abi.ts';
import { CorruptState } from '../errors.ts';
import type { Aggregate } from '../machine/aggregate.ts';
import { unescapeText, type Json, type Props } from './format.ts';

export const isObject = (value: unknown): value is Props => typeof value === 'object' && value !== null && !Array.isArray(value);

export function idOf(json: Json | undefined, path: string): number {
  const id = Number(json);
  if (!Number.isSafeInteger(id) || id < 1 || String(id) !== String(json)) throw new CorruptState(path, 'an object id must be a positive number');
  return id;
}

/** The id in a reference; 0, which no object has, for anything else. */
export const referenceOf = (json: Json | undefined): number =>
  isObject(json) && Number.isSafeInteger(json['@']) ? (json['@'] as number) : 0;

/** Text, which may be escaped wherever it stands. */
export function text(json: Json | undefined, path: string): string {
  if (isObject(json) && typeof json.s === 'string') return unescapeText(json.s);
  if (typeof json !== 'string') throw new CorruptState(path, 'a string was expected');
  return json;
}

export function list(json: Json | undefined, path: string): Json[] {
  if (!Array.isArray(json)) throw new CorruptState(path, 'a list was expected');
  return json;
}

export function propertiesOf(json: Json, path: string): [string, Json][] {
  if (!isObject(json)) throw new CorruptState(path, 'properties were expected');
  if (Array.isArray(json.e)) {
    return json.e.map((entry) => {
      const [key, value] = list(entry, path);
      const name = isObject(key) ? unescapeText(text((key as { s?: Json }).s, path)) : text(key, path);
      return [name, value!];
    });
  }
  return Object.entries(json);
}

export const keysOf = (json: Json | undefined, path: string): string[] => {
  if (json === undefined) throw new CorruptState(path, 'properties were expected');
  return propertiesOf(json, path).map(([key]) => key);
};

export function constant(json: Json | undefined, path: string): unknown {
  switch (json) {
    case 'undefined':
      return undefined;
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
    case '-0':
      return -0;
    case 'tdz':
      return TDZ;
    default:
      throw new CorruptState(path, `there is no constant ${JSON.stringify(json)}`);
  }
}

export function bigint(json: Json | undefined, path: string): bigint {
  const digits = text(json, path);
  if (!/^-?\d+$/.test(digits)) throw new CorruptState(path, 'digits were expected');
  return BigInt(digits);
}

export function date(json: Json | undefined, path: string): number {
  if (json === null) return Number.NaN;
  if (typeof json !== 'number') throw new CorruptState(path, 'a time was expected');
  return json;
}

export function regexp(json: Json | undefined, path: string): RegExp {
  const [source, flags] = list(json, path);
  try {
    return new RegExp(text(source, path), text(flags, path));
  } catch (error) {
    if (error instanceof CorruptState) throw error;
    throw new CorruptState(path, 'a regular expression was expected');
  }
}

export function combinator(json: Json | undefined, path: string): Aggregate['kind'] {
  if (json === 'all' || json === 'allSettled' || json === 'any' || json === 'race') return json;
  throw new CorruptState(path, 'all, allSettled, any or race was expected');
}
