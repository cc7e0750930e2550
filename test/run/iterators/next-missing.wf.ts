// Nobody looks at an iterator's `next` before it is called.
export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const closed: string[] = [];
  const nothing: any = { [Symbol.iterator]: () => ({ return: () => (closed.push('closed'), {}) }) };
  const [] = nothing;
  try {
    for (const [x = await tick(1)] of [nothing]) console.log('never', x);
  } catch (error) {
    console.log((error as Error).name, closed.join());
  }
  try {
    [closed[await tick(9)]] = nothing;
  } catch (error) {
    console.log((error as Error).name, closed.join());
  }
}

// expect: TypeError closed
// expect: TypeError closed
// expect: returned undefined
