import { one, renamed, fallback, Deep, ns } from './hub.wf.ts';
import * as hub from './hub.wf.ts';
import def, { two as zwei } from './leaf.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  await tick();
  console.log(one, renamed(), fallback, new Deep(2).twice(), ns.one, ns.two, hub.one, hub.ns.two, def(3), zwei);
  hub.setOne('changed');
  await tick();
  console.log(one, ns.one, hub.one, def.name, hub.Deep === Deep);
}

// expect: one 42 21 4 one two one two 4 two
// expect: changed changed changed default true
// expect: returned undefined
