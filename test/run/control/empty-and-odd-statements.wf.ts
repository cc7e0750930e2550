export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  ;;;
  {}
  if (await tick(0)); else if (await tick(1)) { } else;
  for (;;) { if (await tick(true)) break; }
  for (const _ of []) await tick();
  label: { }
  let n = 0;
  for (; n < 3; n++);
  'use strict';
  (await tick()), n++;
  debugger_: while (true) { break debugger_; }
  const empty = async () => {};
  const nothing = async () => { return; };
  console.log(n, await empty(), await nothing(), await (async () => { await tick(); })());
}

// expect: 4 undefined undefined undefined
// expect: returned undefined
