export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let out = '';
  a: for (const x of [1, 2, 3]) {
    await tick();
    for (const y of [1, 2, 3]) {
      if (y === 2 && x === 2) continue a;
      if (x === 3) break a;
      out += `${x}${y} `;
    }
    out += '| ';
  }
  console.log(out);
}

// expect: 11 12 13 | 21
// expect: returned undefined
