/**
 * Classes of a run's own: evaluated again, with the heritage and the computed keys they had.
 */
import { CorruptState } from '../../errors.ts';
import { closureOf } from '../../machine/frame.ts';
import { restoring } from '../../machine/registers.ts';
import { defineKey } from '../fold.ts';
import type { Props } from '../format.ts';
import { list, text } from '../parts.ts';
import { rename, writeName } from './function.ts';
import type { ObjectKind } from './kind.ts';

export const classKind: ObjectKind<Function> = {
  kind: 'class',
  fields: ['class'],
  needs: ['env', 'scope', 'heritage', 'keys'],
  stays: (fn) =>
    `${fn.name || 'the class'} belongs to its run, because its definition runs code, and cannot leave the workflow; pass data`,

  write(writer, fn) {
    const closure = closureOf(fn)!;
    const record: Props = { class: closure.code.id };
    if (closure.env !== undefined) record.env = writer.env(closure.env);
    if (closure.scope !== undefined) record.scope = writer.env(closure.scope);
    const { evaluation } = closure;
    if (evaluation?.heritage !== undefined) record.heritage = writer.value(evaluation.heritage);
    if (evaluation && evaluation.keys.length > 0) record.keys = evaluation.keys.map((key) => writer.value(key));
    writeName(writer, fn, record);
    const statics: Props = {};
    for (const [name, access] of Object.entries(closure.privates ?? {})) {
      if (access.kind === 'static field' && access.has(fn)) statics[name] = writer.value(access.get!(fn));
    }
    if (Object.keys(statics).length > 0) record['#'] = statics;
    const extra = Object.keys(fn);
    if (extra.length > 0) {
      const out: Props = {};
      for (const key of extra) defineKey(out, key, writer.value((fn as unknown as Props)[key]));
      record.o = out;
    }
    return record;
  },

  make(decoder, record, path) {
    const id = text(record.class, `${path}.class`);
    const code = decoder.definitions.code(id);
    if (code?.kind !== 'class' || !code.make) throw new CorruptState(`${path}.class`, `this program has no class ${id}`);
    const heritage = 'heritage' in record ? decoder.value(record.heritage, `${path}.heritage`) : undefined;
    const keys = 'keys' in record ? list(record.keys, `${path}.keys`).map((key) => decoder.value(key, `${path}.keys`)) : [];
    const make = code.make as unknown as (env: unknown, heritage: unknown, keys: unknown[], scope: unknown) => Function;
    restoring.on = true;
    try {
      const made = make(decoder.env(record.env, `${path}.env`), heritage, keys, decoder.env(record.scope, `${path}.scope`));
      return rename(decoder, made, record, path);
    } finally {
      restoring.on = false;
    }
  },
};
