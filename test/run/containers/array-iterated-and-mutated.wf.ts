export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a = [1, 2, 3, 4, 5, 6];
  const seen: unknown[] = [];
  for (const x of a) {
    seen.push(x);
    await tick();
    if (x === 2) { a.splice(0, 1); a.push(7); }
    if (x === 5) a.length = 4;
    if (seen.length > 12) break;
  }
  console.log(seen.join(), a.join());
  seen.length = 0;
  for (const [i, x] of a.entries()) { seen.push(i + ':' + x); await tick(); if (i === 1) a.unshift(0); if (i > 5) break; }
  for (const i of a.keys()) { await tick(); if (i === 0) a.pop(); seen.push(i); }
  for (const x of a.values()) { if (x === 0) a.reverse(); await tick(); seen.push('v' + x); }
  console.log(seen.join());
}

// expect: 1,2,4,5 2,3,4,5
// expect: 0:2,1:3,2:3,3:4,4:5,0,1,2,3,v0,v3,v2,v0
// expect: returned undefined
