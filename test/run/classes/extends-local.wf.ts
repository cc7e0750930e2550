export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class P { constructor(public_: number) { (this as any).p = public_; } who() { return 'P' + (this as any).p; } }
  const mixin = (Base: any) => class extends Base { who() { return 'M' + super.who(); } async wait() { await tick(); return super.who(); } };
  const Q = mixin(P);
  const q = new Q(4);
  await tick();
  console.log(q.who(), await q.wait(), q instanceof P, Q.name === '');
}

// expect: MP4 P4 true true
// expect: returned undefined
