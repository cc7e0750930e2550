// Functions without a `prototype` that were given one which cannot be changed any more.
export declare function tick<T>(value?: T): Promise<T>;

const tells = (f: any): string => {
  const { value, get, set, writable, configurable } = Object.getOwnPropertyDescriptor(f, 'prototype') ?? {};
  return [JSON.stringify(value), typeof get, typeof set, writable, configurable].join();
};

export async function main(): Promise<void> {
  const give = (f: any, descriptor: PropertyDescriptor): any => Object.defineProperty(f, 'prototype', descriptor);
  const all: any[] = [
    give(function () {}.bind(null), { set(_value) {} }),
    give(function () {}.bind(null), { value: { fixed: 1 } }),
    give(() => {}, { value: 2 }),
    give(async () => {}, { value: 3, writable: true }),
    give({ m() {} }.m, { get: () => 4 }),
    Object.freeze(function () {}),
    function* () {},
    class {},
  ];
  const before = all.map(tells);
  await tick();
  for (const [i, f] of all.entries()) console.log(tells(f) === before[i], before[i]);
  await tick();
  try {
    console.log(class extends all[0] {});
  } catch (error: any) {
    console.log(error.constructor.name);
  }
}

// expect: true ,undefined,function,,false
// expect: true {"fixed":1},undefined,undefined,false,false
// expect: true 2,undefined,undefined,false,false
// expect: true 3,undefined,undefined,true,false
// expect: true ,function,undefined,,false
// expect: true {},undefined,undefined,false,false
// expect: true {},undefined,undefined,true,false
// expect: true {},undefined,undefined,false,false
// expect: TypeError
// expect: returned undefined
