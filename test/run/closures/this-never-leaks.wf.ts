export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function self(this: unknown) { return this; }
  const plain = function (this: unknown) { return this; };
  const arrows = [() => self(), () => plain(), () => (0, self)()];
  await tick();
  console.log(arrows.map((a) => a() === undefined).join());
  const inner = () => { const deep = function (this: unknown) { return () => this; }; return [deep()(), self(), [1].map(() => self())[0]]; };
  await tick();
  console.log(inner().map((x) => x === undefined).join());
  async function slow(this: unknown) { await tick(); return this; }
  const call = async () => [await slow(), await self(), (await tick(), self)() ];
  console.log((await call()).map((x) => x === undefined).join());
  console.log(self?.(...((await tick([])) as [])) === undefined);
}

// expect: true,true,true
// expect: true,true,true
// expect: true,true,true
// expect: true
// expect: returned undefined
