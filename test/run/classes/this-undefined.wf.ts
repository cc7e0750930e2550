class Q {
  a(this: any) { delete this.x; }
  b(this: any) { this.push(); }
  b1(this: any) { this.push(1); }
  c(this: any) { this.x++; }
  d(this: any) { [this.x] = [1]; }
  e(this: any) { this.x ??= 1; }
  f(this: any, k: string) { this[k] = 1; }
  g(this: any, k: string) { this[k](1); }
  h(this: any) { for (this.x of [1]); }
  i(this: any) { ({ x: this.x } = { x: 1 }); }
  j(this: any, k: string) { delete this[k]; }
  k(this: any) { super.toString = 1 as any; }
  l(this: any, k: string) { super[k] = 1; }
  m(this: any) { super.x += 1; }
  #o = 1;
  n(this: any) { this.#o = 2; }
  o(this: any) { this.#o++; }
  p(this: any, k: string) { delete super[k]; }
}
export async function main() {
  const q: any = new Q();
  for (const key of ['a', 'b', 'b1', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p']) {
    const f = q[key];
    try { f('z'); console.log(key, 'fine'); } catch (error: any) { console.log(key, error.message); }
  }
}

// expect: a Cannot convert undefined or null to object
// expect: b Cannot read properties of undefined (reading 'push')
// expect: b1 Cannot read properties of undefined (reading 'push')
// expect: c Cannot read properties of undefined (reading 'x')
// expect: d Cannot set properties of undefined (setting 'x')
// expect: e Cannot read properties of undefined (reading 'x')
// expect: f Cannot set properties of undefined (setting 'z')
// expect: g Cannot read properties of undefined (reading 'z')
// expect: h Cannot set properties of undefined (setting 'x')
// expect: i Cannot set properties of undefined (setting 'x')
// expect: j Cannot convert undefined or null to object
// expect: k Cannot assign to read only property 'toString' of undefined 'undefined'
// expect: l Cannot assign to read only property 'z' of undefined 'undefined'
// expect: m Cannot assign to read only property 'x' of undefined 'undefined'
// expect: n Cannot set properties of undefined (setting '#o')
// expect: o Cannot read properties of undefined (reading '#o')
// expect: p Unsupported reference to 'super'
// expect: returned undefined
