export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  try { await tick(); throw { code: 5, info: { why: 'w' } }; }
  catch ({ code, info: { why } }) { await tick(); const f = () => [code, why]; console.log(f().join()); }
  const arr = [1, 2, 3];
  [arr[0], arr[2]] = [arr[2], arr[0]];
  await tick();
  [arr[0], arr[1]] = [arr[1], arr[0]];
  await tick();
  console.log(arr.join());
}

// expect: 5,w
// expect: 2,3,1
// expect: returned undefined
