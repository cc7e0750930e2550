export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class Vault { #n = 1; add() { return ++this.#n; } }
  const sealed: any = Object.seal({ x: 1, gone: 2 }), fixed: any = Object.preventExtensions({ y: 1, z: 2 }), list: any = Object.seal([1, 2]);
  const map = Object.freeze(new Map([['a', 1]])), date = Object.freeze(new Date(0)), vault = Object.freeze(new Vault()), frozen = Object.freeze({ inner: { n: 1 } });
  const reflected: any = { r: 1 };
  Reflect.preventExtensions(reflected);
  await tick();
  sealed.x = 2; delete fixed.z; list[0] = 9; reflected.r++;
  map.set('b', 2); date.setTime(5); vault.add(); frozen.inner.n++;
  await tick();
  sealed.x++; fixed.y += 10; list.reverse(); map.delete('a'); vault.add(); frozen.inner.n++;
  await tick();
  console.log(JSON.stringify([sealed, fixed, list, reflected, frozen]), [...map].join(), date.getTime(), vault.add(), Object.isSealed(sealed), Object.isFrozen(map), Object.isExtensible(fixed), 'z' in fixed);
}

// expect: [{"x":3,"gone":2},{"y":11},[2,9],{"r":2},{"inner":{"n":3}}] b,2 5 4 true true false false
// expect: returned undefined
