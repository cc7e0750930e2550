export declare function tick<T>(value?: T): Promise<T>;

class Temp {
  protected c = 0;
  get f() { return this.c * 1.8 + 32; }
  set f(v) { this.c = (v - 32) / 1.8; }
  static get zero() { return new this(); }
}
class Logged extends Temp {
  log: string[] = [];
  override get f() { this.log.push('get'); return super.f; }
  override set f(v) { this.log.push('set' + v); super.f = v; }
  async warm(by: number) { this.f += await tick(by); super.f = super.f + 1; return this.f; }
}
class GetOnly extends Temp { override get f() { return 1; } }
export async function main() {
  const t = Logged.zero as Logged;
  await tick();
  t.f = 50;
  await tick();
  t.f++;
  console.log(await t.warm(9), t.log.join(), (t as any).c.toFixed(2));
  try { (GetOnly.zero as any).f = 2; } catch (e) { console.log((e as Error).name); }
  console.log(Object.getOwnPropertyNames(t).join(), 'f' in t, Object.hasOwn(t, 'f'));
}

// expect: 61 set50,get,set51,get,set60,get 16.11
// expect: TypeError
// expect: c,log true false
// expect: returned undefined
