import * as util from './util.wf.ts';
import * as hub from './hub.wf.ts';
import * as other from './other.wf.ts';
import * as perdure from 'perdure';
import dflt, { u, pkg } from './hub.wf.ts';
const { tick } = util;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name; } };
const pick = (ns: any, name: string) => ns[name];
export async function main() {
  const ns: any = util;
  console.log(Object.keys(ns).join(), ns[Symbol.toStringTag], Object.prototype.toString.call(ns), Object.getPrototypeOf(ns));
  console.log(pick(ns, 'count'), util.count, ns.bump(), pick(util, 'count'));
  await tick();
  console.log(ns.count, ns === util, ns === hub.util, u === ns, dflt === ns, 'count' in ns, 'nope' in ns, ns.nope, Reflect.has(ns, 'default'));
  console.log(t(() => { ns.count = 5; }), t(() => { delete ns.count; }), t(() => { ns.nope = 1; }), t(() => delete ns.nope), t(() => Object.defineProperty(ns, 'count', { value: 9 })), Reflect.set(ns, 'count', 1), Reflect.deleteProperty(ns, 'count'), Reflect.defineProperty(ns, 'count', { value: 1 }), Reflect.defineProperty(ns, 'count', { value: 2 }));
  console.log(JSON.stringify(Object.getOwnPropertyDescriptor(ns, 'count')), Object.isExtensible(ns), Object.isFrozen(ns), Object.isSealed(ns), t(() => Object.freeze(ns)), Reflect.ownKeys(ns).length, Reflect.setPrototypeOf(ns, null), t(() => Object.setPrototypeOf(ns, {})));
  const copy = { ...util }; const { Level, ...rest } = util; const m = new Map<unknown, unknown>([[ns, 'ns']]);
  await tick();
  console.log(Object.keys(copy).length, Level.High, Object.keys(rest).length, m.get(util), copy.list === util.list);
  for (const k in ns) if (k.startsWith('c')) console.log(k);
  console.log(Object.keys(hub).join(), hub.only, pick(hub, 'count'));
  console.log(other.selfKeys(), other.isSelf(other), other.early);
  console.log(await ns.asyncOne(10), await ns['asyncOne'](20), new ns.default().name, ns['with space'], await (async () => ns)() === ns);
  console.log([other.only], [other]);
  console.log(Object.keys(perdure).filter((name) => name === 'channel' || name === 'sleep').join(), pkg === perdure, typeof pkg.sleep, typeof ns, Object.entries(other).length, JSON.stringify(other));
  const held = { ns, f: () => ns.count }; await tick(); ns.bump(); await tick();
  console.log(held.f(), held.ns === util, Object.values(held.ns).includes(util.list));
  return Object.keys(held.ns).length;
}

// expect: Level,asyncOne,bump,count,default,hoisted,list,then2,tick,with space,zeta Module [object Module] null
// expect: 0 0 1 1
// expect: 1 true true true true true false undefined true
// expect: TypeError TypeError TypeError true TypeError false false true false
// expect: {"value":1,"writable":true,"enumerable":true,"configurable":false} false false true TypeError 12 true TypeError
// expect: 11 1 10 ns true
// expect: count
// expect: Level,asyncOne,bump,default,early,hoisted,isSelf,late,list,only,pkg,selfKeys,then2,tick,u,util,with space,zeta only undefined
// expect: count,early,isSelf,late,only,selfKeys true Cannot access 'late' before initialization
// expect: 11 21 thing a true
// expect: [ 'only' ] [
// expect:   [Module: null prototype] {
// expect:     count: 'other',
// expect:     early: "Cannot access 'late' before initialization",
// expect:     isSelf: [Function: isSelf],
// expect:     late: 5,
// expect:     only: 'only',
// expect:     selfKeys: [Function: selfKeys]
// expect:   }
// expect: ]
// expect: channel,sleep true function object 6 {"count":"other","early":"Cannot access 'late' before initialization","late":5,"only":"only"}
// expect: 2 true true
// expect: returned 11
