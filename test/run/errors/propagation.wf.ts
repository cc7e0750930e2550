export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const deep = async (n: number): Promise<number> => { if (n === 0) { await tick(); throw new Error('bottom'); } return 1 + (await deep(n - 1)); };
  try { await deep(20); } catch (e) { console.log((e as Error).message); }
  const sync = () => { throw new RangeError('sync'); };
  try { await tick(); sync(); } catch (e) { console.log((e as Error).name); }
  try { await (async () => { sync(); })(); } catch (e) { console.log((e as Error).name); }
  try { null!.x; } catch (e) { console.log((e as Error).message); }
}

// expect: bottom
// expect: RangeError
// expect: RangeError
// expect: Cannot read properties of null (reading 'x')
// expect: returned undefined
