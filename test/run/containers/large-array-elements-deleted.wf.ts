// Of a large array only what has changed is stored: what is deleted where nothing is changes nothing.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const list: unknown[] = Array.from({ length: 40 }, (_, i) => i);
  await tick();
  list.length = 27;
  delete list[36];
  await tick();
  delete list[27];
  delete list[2];
  list.push('end');
  await tick();
  console.log(list.length, 2 in list, list.slice(24).join());
}

// expect: 28 false 24,25,26,end
// expect: returned undefined
