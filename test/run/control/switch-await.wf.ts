export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const out: string[] = [];
  for (let i = 0; i < 5; i++) {
    switch (await tick(i)) {
      case await tick(0): out.push('zero');
      case 1: out.push('one'); break;
      default: out.push('def');
      case 3: out.push('three'); await tick(); break;
      case 2: { const z = await tick('two'); out.push(z); break; }
    }
  }
  console.log(out.join());
}

// expect: zero,one,one,two,three,def,three
// expect: returned undefined
