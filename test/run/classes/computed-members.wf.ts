export declare function tick<T>(value?: T): Promise<T>;

const k1 = 'alpha', sym = Symbol.for('run');
let n = 0;
class K {
  [k1] = 1;
  ['m' + ++n]() { return 'm' + n; }
  get ['g' + ++n]() { return this[k1]; }
  static ['s' + ++n] = 's';
  async [sym](x: number) { await tick(); return x + this[k1]; }
  static async ['make' + ++n]() { await tick(); return new this(); }
}
export async function main() {
  const k: any = await (K as any).make4();
  await tick();
  console.log(k.alpha, k.m1(), k.g2, (K as any).s3, await k[sym](5), n, k.m1.name, k[sym].name, Object.getOwnPropertyNames(K.prototype).join());
  const key = await tick('dyn');
  class Local { [key + 1] = key; [key]() { return this; } static [`s${key}`] = () => key; }
  await tick();
  const l: any = new Local();
  console.log(l.dyn1, l.dyn() === l, (Local as any).sdyn(), Local.prototype.hasOwnProperty('dyn'), l.dyn.name);
}

// expect: 1 m4 1 s 6 4 m1 [run] constructor,m1,g2
// expect: dyn true dyn true dyn
// expect: returned undefined
