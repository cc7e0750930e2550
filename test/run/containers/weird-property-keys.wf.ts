export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { '': 'empty', ' ': 'space', '-1': 'neg', '1.5': 'float', '01': 'lead', 4294967295: 'big', 7: 'int', 'a.b': 'dot', constructor: 'own', toString: null, '$': 'dollar', '@': 'at', '%': 'pct', $m: 'm', $up: 'u' };
  await tick();
  o[-0] = 'zero'; o[1e21] = 'exp'; o[null as any] = 'null'; o['hasOwnProperty'] = 1;
  await tick();
  delete o['']; o[''] = 'moved';
  console.log(Object.keys(o).join('|'));
  const holder = { o, $m: o, $: 1, '@': 2 };
  await tick();
  console.log(holder.$m === holder.o, o.constructor, o['0'], o.$m, o.$up, Object.hasOwn(o, '__proto__'), JSON.stringify(holder).length);
  const p = JSON.parse('{"__proto__": {"x": 1}, "b": {"__proto__": null}}');
  await tick();
  console.log(Object.keys(p).join(), p.x, Object.getPrototypeOf(p) === Object.prototype, Object.keys({ ...p }).join());
}

// expect: 0|7| |-1|1.5|01|4294967295|a.b|constructor|toString|$|@|%|$m|$up|1e+21|null|hasOwnProperty|
// expect: true own zero m u false 518
// expect: __proto__,b undefined true __proto__,b
// expect: returned undefined
