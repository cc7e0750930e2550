export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const out: string[] = [];
  outer: for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      if (j === 2) continue outer;
      if (i === 2) break outer;
      out.push(`${i}${await tick(j)}`);
    }
  }
  block: {
    out.push('in');
    if (await tick(true)) break block;
    out.push('never');
  }
  console.log(out.join());
}

// expect: 00,01,10,11,in
// expect: returned undefined
