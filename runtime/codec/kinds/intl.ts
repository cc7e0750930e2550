/** Formatters of `Intl`: which, of which locale, with which options. */
import { formatterOf, intl } from '../../builtins/intl.ts';
import { CorruptState } from '../../errors.ts';
import { instance, withPrototype } from '../class-of.ts';
import type { Props } from '../format.ts';
import { isObject, list, text } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const intlKind: ObjectKind = {
  kind: 'intl',
  fields: ['intl'],
  needs: [],
  is: (object) => formatterOf(object) !== undefined,
  stays: () => 'a formatter cannot leave the workflow',

  write(writer, object) {
    const { name, locales, options } = formatterOf(object)!;
    const record: Props = { intl: name, locales, options };
    return writeRest(writer, object, record, (intl[name] as Function).prototype as object);
  },

  make(decoder, record, path) {
    const name = text(record.intl, `${path}.intl`);
    const Formatter = Object.hasOwn(intl, name) ? intl[name] : undefined;
    if (typeof Formatter !== 'function' || !('prototype' in Formatter)) throw new CorruptState(`${path}.intl`, 'a formatter was expected');
    if (!isObject(record.options)) throw new CorruptState(`${path}.options`, 'options were expected');
    const locales = list(record.locales, `${path}.locales`).map((locale) => text(locale, `${path}.locales`));
    const args = [name === 'Locale' ? locales[0] : locales, record.options];
    if ('is' in record) return instance(decoder, record, path, args);
    return withPrototype(decoder, Reflect.construct(Formatter, args) as object, record, path);
  },
};
