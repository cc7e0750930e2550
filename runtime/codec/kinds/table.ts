/**
 * The kinds of objects, and which of them a record or an object is.
 */
import type { Kind } from '../../heap/meta.ts';
import type { Props } from '../format.ts';
import { aggregateKind } from './aggregate.ts';
import { argumentsKind } from './arguments.ts';
import { arrayKind } from './array.ts';
import { boxedKind } from './boxed.ts';
import { bufferKind } from './buffer.ts';
import { classKind } from './class.ts';
import { dateKind } from './date.ts';
import { envKind } from './env.ts';
import { errorKind } from './error.ts';
import { frameKind } from './frame.ts';
import { asyncGeneratorKind, generatorKind } from './generator.ts';
import { functionKind } from './function.ts';
import { intlKind } from './intl.ts';
import type { ObjectKind } from './kind.ts';
import { mapKind } from './map.ts';
import { objectKind } from './object.ts';
import { promiseKind } from './promise.ts';
import { prototypeKind } from './prototype.ts';
import { regexpKind } from './regexp.ts';
import { setKind } from './set.ts';
import { symbolKind } from './symbol.ts';
import { viewKind } from './view.ts';
import { walkKind } from './walk.ts';
import { weakMapKind, weakSetKind } from './weak.ts';

/** Those that are told by internal slots are asked in this order. */
const ROWS: readonly ObjectKind[] = [
  objectKind,
  arrayKind,
  mapKind,
  setKind,
  dateKind,
  errorKind,
  regexpKind,
  boxedKind,
  bufferKind,
  viewKind,
  weakMapKind,
  weakSetKind,
  intlKind,
  symbolKind,
  argumentsKind,
  functionKind,
  classKind,
  prototypeKind,
  envKind,
  frameKind,
  promiseKind,
  aggregateKind,
  walkKind,
  generatorKind,
  asyncGeneratorKind,
];

export const KINDS = Object.fromEntries(ROWS.map((row) => [row.kind, row])) as Record<Kind, ObjectKind>;

const BY_FIELD = new Map(ROWS.flatMap((row) => row.fields.map((field): [string, ObjectKind] => [field, row])));

/** The kind of a record: its first field that tells one. */
export function kindOfRecord(record: Props): ObjectKind | undefined {
  for (const field in record) {
    const kind = BY_FIELD.get(field);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

const SLOTTED = ROWS.filter((row) => row.is !== undefined);

/** The kind of an object, by its internal slots. */
export const kindOfSlots = (object: object): Kind | undefined => SLOTTED.find((row) => row.is!(object))?.kind;
