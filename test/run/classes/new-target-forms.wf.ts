export declare function tick<T>(value?: T): Promise<T>;

class Shape {
  kind;
  make: () => unknown;
  constructor() { if (new.target === Shape) throw new TypeError('abstract'); this.kind = new.target.name; this.make = () => new.target; }
}
class Circle extends Shape {}
function Old(this: any) { return new.target === undefined ? 'call' : { via: (() => new.target.name)() }; }
export async function main() {
  const c = new Circle();
  await tick();
  console.log(c.kind, c.make() === Circle);
  try { new Shape(); } catch (e) { console.log((e as Error).message); }
  console.log((Old as any)(), (new (Old as any)() as any).via, (Reflect.construct(Shape, [], Circle) as Shape).kind);
}

// expect: Circle true
// expect: abstract
// expect: call Old Circle
// expect: returned undefined
