export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function who(this: any) { return this; }
  async function slow(this: any) { await tick(); return this; }
  const o: any = { who, slow, arrow: () => typeof this_(), nested: { who } };
  function this_(this: any) { return this; }
  await tick();
  console.log(who() === undefined, (await slow()) === undefined, o.who() === o, (await o.slow()) === o, o.arrow(), o.nested.who() === o.nested);
  console.log((0, o.who)() === undefined, (o.who)() === o, o['who']() === o, o?.who() === o, (o.x ?? o.who)() === undefined, who.call(5), typeof (await slow.call('s')));
  const list = [who];
  await tick();
  console.log(list[0]!() === list as any, [1].map(who)[0], [1].map(who, o)[0] === o);
}

// expect: true true true true undefined true
// expect: true true true true true 5 string
// expect: true undefined true
// expect: returned undefined
