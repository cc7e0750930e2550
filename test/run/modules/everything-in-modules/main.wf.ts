import './side.wf.ts';
import D, { n, inc, alias, later, set, hoistedVar, a, c, rest, first, others, asyncInc, genned } from './live.wf.ts';
import D2, { own, R2, renamed, Klass, Flag, Abs, tick, type Local, type Shape } from './star.wf.ts';
import { 'string name' as K2 } from './star.wf.ts';
import type Nope from './star.wf.ts';
import * as live from './live.wf.ts';
import dfn from './types.wf.ts';
class Conc extends Abs { m() { return 'conc'; } }
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
const local: Local = { a: 1, id: 'i' } satisfies Shape & { id: string };
export { n as reexported, D as default };
export async function main() {
  console.log(n, alias, hoistedVar, a, c, JSON.stringify(rest), first, others.join(), D === D2, own, R2.X, renamed(), Flag.B, new Klass().v, K2 === Klass, dfn === renamed);
  inc(); await tick(); console.log(n, alias, live.n, typeof later, t(() => { (n as any) = 5; }), t(() => { (live as any).n = 5; }).length > 0);
  set(); await tick(); inc(); console.log(later!(), live.later!(), new D().x, D.made, (D2 as any).made, D.name, renamed.name);
  const g = genned(); console.log(g.next().value); await tick(); console.log(await asyncInc(), g.next().value, n, new Conc().t(), local.id);
  const { n: copied, inc: i2 } = live; i2(); console.log(copied, n, [n, alias].map((v) => v + n).join(), `${n}`, { n }.n, (() => n)(), typeof n);
  D.made = 50; await tick(); new D(); console.log(D.made, live.default.made, 'n' in live, Object.keys(live).length);
  Klass.s++; await tick(); console.log(Klass.s, K2.s);
}

// expect: 1 1 undefined 1 2 {"d":3} 1 2,3 true x x default fn 2 2 true true
// expect: 2 2 2 undefined TypeError: Assignment to constant variable. true
// expect: 300 300 3 1 1 default default
// expect: 3
// expect: 13 14 14 conc i
// expect: 14 15 30,30 15 15 15 number
// expect: 51 51 true 14
// expect: 2 2
// expect: returned undefined
