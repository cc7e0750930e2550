// not in store: its lines tell the order of effects that are under way at once
import { valuea } from './a.wf.ts';
import { fromSync } from './sync.wf.ts';
import { derived } from './usesa.wf.ts';
import { both } from './usesb.wf.ts';
import { one } from './cyc1.wf.ts';
import * as cyc from './cyc2.wf.ts';
import { lines, log, tick } from './log.wf.ts';
log('main module');
void Promise.resolve().then(() => log('microtask of main'));
export async function main() {
  log('main called');
  await tick();
  console.log(valuea, fromSync, derived.of, both, one, cyc.two, cyc.callTwo(), Object.keys(cyc).join());
  return lines.length;
}

// expect: a begins
// expect: sync runs
// expect: b begins
// expect: cyc2 begins Cannot access 'one' before initialization
// expect: microtask of sync
// expect: a goes on
// expect: b goes on
// expect: cyc2 ends
// expect: cyc1 begins two
// expect: a ends
// expect: usesa runs a2
// expect: b ends
// expect: usesb begins ba
// expect: cyc1 ends onetwo
// expect: a side
// expect: b side
// expect: usesb ends
// expect: main module
// expect: microtask of main
// expect: main called
// expect: a 2 a ba one two onetwo callTwo,two
// expect: returned 20
