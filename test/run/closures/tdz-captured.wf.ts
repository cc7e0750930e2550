export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const read = () => x;
  try { read(); } catch (e) { console.log((e as Error).name, (e as Error).message); }
  await tick();
  try { read(); } catch (e) { console.log((e as Error).name, (e as Error).message); }
  let x = 4;
  await tick();
  console.log(read());
}

// expect: ReferenceError Cannot access 'x' before initialization
// expect: ReferenceError Cannot access 'x' before initialization
// expect: 4
// expect: returned undefined
