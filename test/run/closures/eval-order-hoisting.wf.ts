export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  log.push(typeof f, typeof g, f());
  function f() { return 'first'; }
  await tick();
  function g() { return h; }
  var h = 'h' + f();
  {
    log.push(inner());
    function inner() { return 'inner' + h; }
  }
  try { log.push(k()); } catch (e) { log.push((e as Error).name); }
  const k = () => g();
  await tick();
  log.push(k(), ((f) => f)(1) + '');
  console.log(log.join());
  function f2(f2: any) { return typeof f2; }
  console.log(f2(1), (function named() { return typeof named; })(), typeof (globalThis_ => globalThis_)(2));
}

// expect: function,function,first,innerhfirst,ReferenceError,hfirst,1
// expect: number function number
// expect: returned undefined
