export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const make = (tag: string) => {
    const key = 'k' + tag;
    return class Local {
      static tag = tag;
      [key] = tag;
      [`m${tag}`]() { return tag + this.n; }
      n = 1;
      self() { return Local.tag; }
    };
  };
  const X = make('x');
  const Y = make('y');
  await tick();
  const x: any = new X(), y: any = new Y();
  x.n++;
  await tick();
  console.log(x.mx(), y.my(), x.kx, X.tag, Y.tag, x instanceof X, x instanceof Y, X.name, y.self(), x.constructor === X);
}

// expect: x2 y1 x x y true false Local y true
// expect: returned undefined
