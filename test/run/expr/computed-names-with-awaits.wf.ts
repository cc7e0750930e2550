export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const sym = Symbol.for('s');
  const o = {
    get ['a' + (await tick(1))]() { return 'got'; },
    set ['a' + (await tick(1))](v: string) { console.log('set', v); },
    ['m' + (await tick(2))]() { return 'method'; },
    ['f' + 1]: () => 'arrow',
    [sym]: function () { return 'symbol'; },
    ['late']: await tick('late'),
    ['c' + 1]: class {},
    async ['x' + (await tick(3))]() { return await tick('async'); },
    end: await tick('end'),
  } as any;
  o.a1 = 'new';
  const names = Object.getOwnPropertyDescriptors(o);
  console.log(names.a1.get!.name, '|', names.a1.set!.name, '|', o.m2.name, o.f1.name, o[sym].name, o.c1.name, o.x3.name);
  await tick();
  console.log(o.a1, o.m2(), o.f1(), o[sym](), await o.x3(), o.late, o.end, o.m2.name, o[sym].name);
}

// expect: set new
// expect: get a1 | set a1 | m2 f1 [s] c1 x3
// expect: got method arrow symbol async late end m2 [s]
// expect: returned undefined
