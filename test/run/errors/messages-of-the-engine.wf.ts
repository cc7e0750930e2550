// What V8 says names expressions of the source, never of what was made of them: caught, rejected, before and after waits.
export declare function tick<T>(value?: T): Promise<T>;

let cart: any = { order: undefined, list: 1 };
let nothing: any;
class Shop { items: any = null; static open: any; sell() { return this.items.length; } static { try { (Shop as any).open(); } catch (e: any) { console.log('static', e.message); } } }
const said = (f: () => unknown): string => { try { f(); return 'nothing'; } catch (e: any) { return `${e.name}: ${e.message}`; } };
const later = async (f: () => unknown): Promise<string> => { try { await f(); return 'nothing'; } catch ({ name, message }: any) { return `${name}: ${message}`; } };

export async function main() {
  let local: any; let $own: any; let box: any = {};
  const captured = () => [local, $own, box];
  console.log(said(() => cart.pay()));
  console.log(said(() => cart.order.x));
  console.log(said(() => nothing.x.y));
  console.log(said(() => { nothing.x = 1; }));
  console.log(said(() => local()));
  console.log(said(() => $own()));
  console.log(said(() => box.of()));
  console.log(said(() => new local()));
  console.log(said(() => new cart.list()));
  console.log(said(() => (console as any).words()));
  console.log(said(() => (Object as any).words()));
  console.log(said(() => new Shop().sell()));
  console.log(said(() => { for (const x of cart.list) console.log(x); }));
  console.log(said(() => { const { a } = local; return a; }));
  console.log(said(() => [...local]));
  await tick();
  console.log(await later(() => cart.pay()));
  console.log(await later(async () => { await tick(); cart.pay(); }));
  console.log(await later(async () => { await tick(); local(); }));
  console.log(await later(async () => { await cart.pay(await tick(1)); }));
  console.log(await later(async () => { new local(await tick(1)); }));
  console.log(await later(async () => { for (const x of box) await tick(x); }));
  console.log(await later(async () => { for await (const x of box) await tick(x); }));
  console.log(await later(() => Promise.resolve(1).then(() => box.of())));
  console.log(await later(() => Promise.resolve(1).then(() => local())));
  console.log(await later(() => new Promise(() => box.of())));
  try {
    await tick();
    (await tick(box)).of();
  } catch (e: any) {
    await tick();
    console.log(e.message);
  }
  try { local(); } catch (e: any) { console.log(e.message); await tick(); console.log(e.message); } finally { await tick(); }
  try { throw new TypeError('$1 costs $e3.5, (0 , told) by the user'); } catch (e: any) { console.log(e.message); }
  console.log(captured().length);
  return local.end;
}

// expect: static undefined is not a function
// expect: TypeError: cart.pay is not a function
// expect: TypeError: Cannot read properties of undefined (reading 'x')
// expect: TypeError: Cannot read properties of undefined (reading 'x')
// expect: TypeError: Cannot set properties of undefined (setting 'x')
// expect: TypeError: local is not a function
// expect: TypeError: $own is not a function
// expect: TypeError: box.of is not a function
// expect: TypeError: local is not a constructor
// expect: TypeError: cart.list is not a constructor
// expect: TypeError: console.words is not a function
// expect: TypeError: Object.words is not a function
// expect: TypeError: Cannot read properties of null (reading 'length')
// expect: TypeError: cart.list is not iterable
// expect: TypeError: Cannot destructure property 'a' of 'local' as it is undefined.
// expect: TypeError: local is not iterable
// expect: TypeError: cart.pay is not a function
// expect: TypeError: cart.pay is not a function
// expect: TypeError: local is not a function
// expect: TypeError: cart.pay is not a function
// expect: TypeError: local is not a constructor
// expect: TypeError: box is not iterable
// expect: TypeError: box is not async iterable
// expect: TypeError: box.of is not a function
// expect: TypeError: local is not a function
// expect: TypeError: box.of is not a function
// expect: (intermediate value).of is not a function
// expect: local is not a function
// expect: local is not a function
// expect: $1 costs $e3.5, (0 , told) by the user
// expect: 3
// expect: threw TypeError: Cannot read properties of undefined (reading 'end')
