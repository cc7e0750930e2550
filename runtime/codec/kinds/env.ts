/** Envs: the captured bindings of a scope, and the scope around it. */
import type { KeyEdits } from '../../heap/key-edits.ts';
import type { Env } from '../../machine/frame.ts';
import { CorruptState } from '../../errors.ts';
import type { Props } from '../format.ts';
import { keysOf } from '../parts.ts';
import { editProperties } from './object.ts';
import type { ObjectKind } from './kind.ts';

export const envKind: ObjectKind<Env> = {
  kind: 'env',
  fields: ['env'],
  needs: ['up'],

  write(writer, env) {
    const slots: Props = {};
    for (const key of Object.keys(env)) if (key !== '$m' && key !== '$up') slots[key] = writer.value(env[key]);
    const record: Props = { env: slots };
    if (env.$up !== undefined) record.up = writer.env(env.$up);
    return record;
  },

  edit: (writer, env, edits) => editProperties(writer, env as unknown as Props, edits as KeyEdits<string>),

  make(decoder, record, path) {
    const slots = keysOf(record.env, `${path}.env`);
    const env = decoder.definitions.env(slots);
    if (!env) throw new CorruptState(path, `this program has no scope with the bindings ${slots.join(', ') || '(none)'}`);
    // At once: makers of closures look through it.
    (env as { $up: Env | undefined }).$up = decoder.env(record.up, `${path}.up`);
    return env;
  },

  fill(decoder, env, record, path) {
    for (const [slot, value] of Object.entries(record.env as Props)) env[slot] = decoder.value(value, `${path}.env.${slot}`);
  },
};
