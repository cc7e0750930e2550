/** The prototype of a class or generator function of the run's own: it comes with the class or the function. */
import { META } from '../../abi.ts';
import { closureOf } from '../../machine/frame.ts';
import { generatorFunctionOf } from '../../machine/generator-function.ts';
import { ownClass } from '../class-of.ts';
import { Unstorable } from '../unstorable.ts';
import type { ObjectKind } from './kind.ts';

export const prototypeKind: ObjectKind<{ constructor: Function }> = {
  kind: 'prototype',
  fields: ['prototype'],
  needs: ['prototype'],
  is: (object) => generatorFunctionOf(object)?.prototype === object,

  /** Members that the class itself does not define would be lost. */
  write(writer, prototype) {
    const generator = generatorFunctionOf(prototype);
    if (generator) return { prototype: writer.value(generator) };
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

  make(decoder, record, path) {
    const { prototype } = decoder.value(record.prototype, `${path}.prototype`) as { prototype: object };
    if (generatorFunctionOf(prototype)) return prototype as { constructor: Function };
    return ownClass(decoder, record.prototype, `${path}.prototype`).prototype as { constructor: Function };
  },
};
