export declare function tick<T>(value?: T): Promise<T>;

class Point {
  sum = this.describe();
  constructor(public x: number, private readonly y = x * 2, readonly read: () => number = () => x) {
    this.sum += `/${this.describe()}`;
    x = 100;
  }
  describe(): string {
    return `${this.x},${this.y}`;
  }
}

class Named<T> extends Point {
  extra = [this.x, Object.keys(this).join()];
  constructor(protected readonly label: T, public override x = 7, ...rest: number[]) {
    console.log('before super', typeof label, rest.length);
    super(x + 1);
    console.log('after super', this.x, this.label);
  }
}

function makeLocal(suffix: string) {
  return class Local {
    constructor(readonly tag: string, public get = () => tag + suffix) {}
  };
}

class Watched {
  constructor(public x: number) {}
}
class Setters extends Watched {
  set x(_: number) { console.log('never called: fields are defined'); }
}

export async function main() {
  const p = new Point(3);
  await tick();
  console.log(p.sum, p.x, p.read(), Object.keys(p).join());
  p.x++;
  await tick();
  console.log(p.describe(), p.read(), p instanceof Point);

  const n = new Named({ deep: await tick('yes') }, undefined, 1, 2);
  await tick();
  console.log(JSON.stringify(n), Object.keys(n).join(), n.extra.join('|'));

  const Local = makeLocal(await tick('!'));
  const l = new Local('a');
  const { get } = l;
  l.get = () => `${get()}?`;
  await tick();
  console.log(l.get(), Object.getOwnPropertyNames(l).join(), Local.length);
  const w = new Setters(1);
  await tick();
  console.log(Object.getOwnPropertyDescriptor(w, 'x')!.value, Point.length, Named.length);
}

// expect: undefined,undefined/3,6 3 100 x,y,read,sum
// expect: 4,6 100 true
// expect: before super object 2
// expect: after super 7 { deep: 'yes' }
// expect: {"x":7,"y":16,"sum":"undefined,undefined/8,16","label":{"deep":"yes"},"extra":[null,"x,y,read,sum,label"]} x,y,read,sum,label,extra |x,y,read,sum,label
// expect: a!? tag,get 1
// expect: 1 1 1
// expect: returned undefined
