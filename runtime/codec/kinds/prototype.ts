/** The prototype of a class of the run's own: it comes with the class. */
import { META } from '../../abi.ts';
import { closureOf } from '../../machine/frame.ts';
import { ownClass } from '../class-of.ts';
import { Unstorable } from '../unstorable.ts';
import type { ObjectKind } from './kind.ts';

export const prototypeKind: ObjectKind<{ constructor: Function }> = {
  kind: 'prototype',
  fields: ['prototype'],
  needs: ['prototype'],

  /** Members that the class itself does not define would be lost. */
  write(writer, prototype) {
    const { constructor } = prototype;
    for (const key of Reflect.ownKeys(prototype)) {
      if (key === META || key === 'constructor') continue;
      const { value, get, set } = Object.getOwnPropertyDescriptor(prototype, key)!;
      if (![value, get, set].some((fn) => closureOf(fn)?.home === constructor)) {
        throw new Unstorable(prototype, `${String(key)} was added to the prototype of ${constructor.name}; declare it in the class`);
      }
    }
    return { prototype: writer.value(constructor) };
  },

  make: (decoder, record, path) => ownClass(decoder, record.prototype, `${path}.prototype`).prototype as { constructor: Function },
};
