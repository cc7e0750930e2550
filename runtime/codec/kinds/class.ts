/**
 * Classes of a run's own: evaluated again, with the heritage and the computed keys they had.
 */
import { CorruptState } from '../../errors.ts';
import { closureOf } from '../../machine/frame.ts';
import { Blank } from '../../machine/private-methods.ts';
import { restoring } from '../../machine/registers.ts';
import type { Props } from '../format.ts';
import { membersMade, writeMembers } from '../members.ts';
import { list, text } from '../parts.ts';
import { methodsOf, rename, writeName } from './function.ts';
import type { ObjectKind } from './kind.ts';
import { isBound, writeChain, writePrototype } from './prototype.ts';

export const classKind: ObjectKind<Function> = {
  kind: 'class',
  fields: ['class'],
  needs: ['env', 'scope', 'heritage', 'keys'],
  evaluated: true,
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
    const heritage = evaluation?.heritage as object | null | undefined;
    writeChain(writer, fn, record, heritage ?? Function.prototype);
    writePrototype(writer, fn, record);
    writeMembers(writer, fn, record, membersMade(fn, true), true);
    for (const method of methodsOf(fn)) if (closureOf(method)?.home === fn) writer.keep(method);
    return record;
  },

  make(decoder, record, path) {
    const id = text(record.class, `${path}.class`);
    const code = decoder.definitions.code(id);
    if (code?.kind !== 'class' || !code.make) throw new CorruptState(`${path}.class`, `this program has no class ${id}`);
    const heritage: unknown = 'heritage' in record ? decoder.value(record.heritage, `${path}.heritage`) : undefined;
    const keys = 'keys' in record ? list(record.keys, `${path}.keys`).map((key) => decoder.value(key, `${path}.keys`)) : [];
    const make = code.make as unknown as (env: unknown, heritage: unknown, keys: unknown[], scope: unknown) => Function;
    restoring.on = true;
    try {
      const extended = isBound(heritage) ? Blank : heritage;
      const made = make(decoder.env(record.env, `${path}.env`), extended, keys, decoder.env(record.scope, `${path}.scope`));
      closureOf(made)!.evaluation!.heritage = heritage;
      if (closureOf(heritage)?.code.kind === 'function') Object.setPrototypeOf(made, Blank);
      return rename(decoder, made, record, path);
    } finally {
      restoring.on = false;
    }
  },

  fill(decoder, fn, record, path) {
    if ('proto' in record) Object.setPrototypeOf(fn, decoder.prototype(record.proto, `${path}.proto`));
    else if (Object.getPrototypeOf(fn) === Blank) Object.setPrototypeOf(fn, closureOf(fn)!.evaluation!.heritage as Function);
  },
};
