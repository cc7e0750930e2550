/**
 * A kind of objects: how one is written as a record, and how it is made from one. Both halves stand in one file, and
 * `table.ts` has a row for each file: that is all there is to a kind.
 *
 *     write   object → record            make     record → stub, before what it refers to is there
 *     edit    object → what changed      fill     stub + record → object, when all stubs are there
 *                                        settle   after every object is filled and stamped
 */
import type { ArrayEdits } from '../../heap/array-edits.ts';
import type { ByteEdits } from '../../heap/binary.ts';
import type { KeyEdits } from '../../heap/key-edits.ts';
import type { Kind, Meta } from '../../heap/meta.ts';
import type { Decoder } from '../decode.ts';
import type { Json, Props } from '../format.ts';
import type { RecordWriter } from '../records.ts';

export type Edits = KeyEdits | ArrayEdits | ByteEdits;

export interface ObjectKind<T extends object = object> {
  readonly kind: Kind;
  /** The field by which a record tells its kind: the first one that stands in the table. */
  readonly fields: readonly string[];
  /** Fields that refer to what must be there before `make`. (`is` is always, and `proto` unless `evaluated`.) */
  readonly needs: readonly string[];
  /** It is made by evaluating code, which gives it properties and a prototype: `members.ts`. */
  readonly evaluated?: true;
  /** Tells an object by its internal slots. Absent where `classify` looks at something else. */
  readonly is?: (object: object) => boolean;
  /** Why an object of this kind cannot cross between app and workflow. */
  stays?(object: T): string;
  write(writer: RecordWriter, object: T): Json;
  /** Null where the record is better written whole. */
  edit?(writer: RecordWriter, object: T, edits: Edits, meta: Meta): Json | null;
  make(decoder: Decoder, record: Props, path: string): T;
  fill?(decoder: Decoder, object: T, record: Props, path: string): void;
  settle?(decoder: Decoder, object: T, record: Props, path: string): void;
}
