/** Iterators of the runtime's own: what they go over, and how far they are. */
import { types } from 'node:util';
import { asIterator, iterate, WALK_PROTOTYPES } from '../../builtins/iteration.ts';
import { keyedIterator, type Source, Walk, walkOf, type WalkMode } from '../../builtins/walk.ts';
import { CorruptState } from '../../errors.ts';
import type { Decoder } from '../decode.ts';
import type { Json, Props } from '../format.ts';
import { sizeOfMap, sizeOfSet } from '../internal-slots.ts';
import { text } from '../parts.ts';
import type { ObjectKind } from './kind.ts';

export const walkKind: ObjectKind = {
  kind: 'iterator',
  fields: ['walk'],
  needs: ['of', 'next'],
  is: (object) => walkOf(object) !== undefined,
  stays: () => 'an iterator cannot leave the workflow',

  write(writer, object) {
    const state = walkOf(object)!;
    const { source } = state;
    // What it went over is gone, and with it the kind.
    const record: Props = { walk: state.done ? 'array' : source.kind };
    const tag = (object as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];
    if (tag !== undefined) record.as = tag;
    if (state.done) {
      record.done = true;
      return record;
    }
    switch (source.kind) {
      case 'array':
        return { ...record, of: writer.value(source.of), mode: source.mode, at: source.at };
      case 'string':
        return { ...record, of: source.of, at: source.at };
      case 'keyed':
        // The container first: a walk that is stored hears from it from now on.
        return { ...record, of: writer.value(source.of), mode: source.mode, at: state.position() };
      case 'match':
        return { ...record, of: writer.value(source.matcher), text: source.text, global: source.global, unicode: source.unicode };
      case 'generic':
        return { ...record, of: writer.value(source.of), next: writer.value(source.next) };
      case 'async':
        return source.sync
          ? { ...record, of: writer.value(source.of), sync: true }
          : { ...record, of: writer.value(source.of), next: writer.value(source.next) };
    }
  },

  make(decoder, record, path) {
    const done = record.done === true;
    const walk = new Walk(done ? { kind: 'array', of: [], mode: 'values', at: 0 } : readSource(decoder, record, path), done);
    const tag = Object.keys(WALK_PROTOTYPES).find(
      (name) => (WALK_PROTOTYPES[name as keyof typeof WALK_PROTOTYPES] as { [Symbol.toStringTag]: string })[Symbol.toStringTag] === record.as,
    );
    return tag === undefined ? walk : asIterator(walk, tag as keyof typeof WALK_PROTOTYPES);
  },

  /** A Map or Set walk goes to its place when its container is there, and stamped: it hears of changes. */
  settle(decoder, walk, record, path) {
    if (record.walk !== 'keyed' || record.done === true) return;
    const of = decoder.value(record.of, `${path}.of`) as object;
    walkOf(walk)!.seek(Math.min(Number(record.at), types.isMap(of) ? sizeOfMap(of) : sizeOfSet(of)));
  },
};

function readSource(decoder: Decoder, record: Props, path: string): Source {
  const at = Number(record.at ?? 0);
  const mode = record.mode as WalkMode;
  if (record.mode !== undefined && !['keys', 'values', 'entries'].includes(String(record.mode))) {
    throw new CorruptState(`${path}.mode`, 'keys, values or entries was expected');
  }
  if (!Number.isSafeInteger(at) || at < 0) throw new CorruptState(`${path}.at`, 'a position was expected');
  switch (record.walk) {
    case 'string':
      return { kind: 'string', of: text(decoder.value(record.of, path) as Json, path), at };
    case 'array': {
      return { kind: 'array', of: decoder.objectValue(record.of, `${path}.of`) as ArrayLike<unknown>, mode, at };
    }
    case 'keyed': {
      const of = decoder.value(record.of, `${path}.of`);
      if (!types.isMap(of) && !types.isSet(of)) throw new CorruptState(`${path}.of`, 'a Map or Set was expected');
      return { kind: 'keyed', of: of as Map<unknown, unknown>, mode, native: keyedIterator(of as Map<unknown, unknown>, mode), seen: null };
    }
    case 'match': {
      const matcher = decoder.objectValue(record.of, `${path}.of`);
      const { global = true, unicode = types.isRegExp(matcher) && matcher.unicode } = record;
      return { kind: 'match', matcher, text: text(decoder.value(record.text, path) as Json, path), global: global === true, unicode: unicode === true };
    }
    case 'generic':
      return { kind: 'generic', of: decoder.objectValue(record.of, `${path}.of`), next: decoder.value(record.next, `${path}.next`) as Function };
    case 'async':
      return record.sync === true
        ? { kind: 'async', of: syncWalk(decoder, record.of, `${path}.of`), next: iterate, sync: true }
        : { kind: 'async', of: decoder.objectValue(record.of, `${path}.of`), next: decoder.value(record.next, `${path}.next`) as Function, sync: false };
    default:
      throw new CorruptState(`${path}.walk`, 'unknown kind of iterator');
  }
}

function syncWalk(decoder: Decoder, json: Json | undefined, path: string): object {
  const value = decoder.objectValue(json, path);
  if (!walkOf(value)) throw new CorruptState(path, 'an iterator was expected');
  return value;
}
