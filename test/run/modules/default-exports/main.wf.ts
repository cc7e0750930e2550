import make from './make.wf.ts';
import Thing, { kind } from './thing.wf.ts';
import table from './table.wf.ts';
import { default as again } from './make.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const t = await make('x');
  await tick();
  console.log(t.name, t instanceof Thing, make === again, make.name, Thing.name, kind, table.a, Object.keys(table).join());
  table.a++;
  (table as any).b = t;
  await tick();
  console.log(table.a, (table as any).b === t, await t.hello());
}

// expect: x! true true make Thing thing 1 a
// expect: 2 true hello x! from thing
// expect: returned undefined
