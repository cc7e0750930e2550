export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let hidden = 1;
  const o = {
    a: 1,
    get x() { return hidden; },
    set x(v) { hidden = v; },
    b: 2,
    m() { return this.a + this.x; },
  };
  o.x = 5;
  await tick();
  o.x++;
  o.a = 10;
  await tick();
  console.log(o.x, o.m(), Object.keys(o).join(), JSON.stringify(o), hidden);
}

// expect: 6 16 a,x,b,m {"a":10,"x":6,"b":2} 6
// expect: returned undefined
