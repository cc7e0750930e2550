export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(m: string): Promise<never>;
const enum Dir { Up = 1, Down = Up << 1, Both = Up | Down, Text = 'text' }
enum Mixed { A, B = 'b', C = 5, D }
declare const ambientUnused: number;
interface I { a: number } type T2 = I | null;
function over(a: string): string; function over(a: number): number; function over(a: any) { return a; }
export async function main() {
  const log: unknown[] = [];
  outer: for (let i = 0; i < 4; i++) { inner: for (const j of [0, 1, 2]) { try { if (j === 1) continue outer; if (i === 2) continue inner; if (i === 3) break outer; await tick(); log.push(`${i}${j}`); } finally { log.push('f' + i + j); await tick(); if (i === 1 && j === 0) continue inner; } } log.push('never'); }
  console.log(log.join());
  const fin = async (n: number) => { try { if (n === 1) return 'try'; if (n === 2) throw new Error('e'); if (n === 3) return await fail('f'); await tick(); } catch (e) { if (n === 3) throw new Error('again'); return 'catch' + (e as Error).message; } finally { if (n === 4) return 'finally'; await tick(); if (n === 5) throw new Error('fin'); } return 'end'; };
  for (const n of [0, 1, 2, 3, 4, 5]) console.log(n, await fin(n).catch((e) => 'rejected ' + e.message));
  const loops = async () => { let s = ''; do { s += await tick('d'); if (s.length > 2) break; } while (await tick(true)); while (await tick(s.length < 6)) { s += 'w'; if (s.length === 4) continue; await tick(); } for (; await tick(s.length < 8); s += await tick('u')) {} for (var v in await tick({ a: 1, b: 2 })) { s += v; await tick(); } lab: { s += 'l'; if (await tick(true)) break lab; s += 'no'; } return s + v; };
  console.log(await loops());
  sw: switch (await tick('x')) { case 'y': log.push('y'); case await tick('x'): { await tick(); log.push('x'); } default: log.push('dflt'); if (await tick(1)) break sw; case 'z': log.push('z'); } console.log(log.slice(-2).join());
  console.log(Dir.Both, Dir.Text, Mixed.D, Mixed[0], Mixed.B, over('o'), over(1), ({ a: 1 } satisfies I).a, ([1, 2] as const).length, (<any>1) as number, log!.length > 0);
  const x = (await tick({ a: { b: null as any } }))?.a?.b?.c ?? (await tick('dflt')); console.log(x, await tick(0) || await tick('or'), await tick(1) && await tick('and'), (await tick(null))?.[await tick('k')], (1, await tick(2)));
  let u: any = { n: 1, m: null }; u.n += await tick(2); u.m ??= await tick('m'); u.n ||= await fail('no'); u.n &&= await tick(9); u[await tick('q')] = await tick('w'); u.n **= await tick(2); console.log(JSON.stringify(u), u.n++ + (await tick(1)), --u.n);
  const f = async function named(n: number): Promise<number> { return n < 1 ? 0 : n + (await named(n - (await tick(1)))); }; console.log(await f(4));
  const gen = (async function* () { try { const a = yield await tick(1); log.push(a); yield* (async function* () { yield 2; yield await tick(3); })(); } finally { await tick(); log.push('gen done'); } })(); console.log((await gen.next()).value, (await gen.next('in')).value, JSON.stringify(await gen.return(7 as any)), log.slice(-2).join());
  const { a, ...rest } = { ...(await tick({ a: 1, b: 2 })), c: await tick(3) }; const [p, , q = await tick('q'), ...r] = [...(await tick([1, 2, undefined, 4])), 5]; console.log(a, JSON.stringify(rest), p, q, r.join());
  console.log(`${await tick('t')}-${`${await tick('n')}`}`, [await tick(1), ...(await tick([2, 3]))].join(), new (await tick(0), Array)(await tick(3)).length, typeof (await tick('s')), void (await tick(1)), !(await tick(0)), -(await tick(4)));
  if (await tick(false)) { } else if (await tick(true)) { console.log('else if'); } ;;; debugger; { } var hoisted = typeof hoisted; console.log(hoisted);
  try { null!.x; } catch (e) { console.log((e as Error).message); } try { (undefined as any).f(await tick()); } catch (e) { console.log((e as Error).message); } try { u.nope(await tick()); } catch (e) { console.log((e as Error).message); } try { u.nope(); } catch (e) { console.log((e as Error).message); } try { new u.n(); } catch (e) { console.log((e as Error).message); } try { const [z] = 5 as any; } catch (e) { console.log((e as Error).message); }
}

// expect: 00,f00,f01,10,f10,f11,f20,f21,f30
// expect: 0 end
// expect: 1 try
// expect: 2 catche
// expect: 3 rejected again
// expect: 4 finally
// expect: 5 rejected fin
// expect: dddwwwuuablb
// expect: x,dflt
// expect: 3 text 6 A b o 1 1 2 1 true
// expect: dflt or and undefined 2
// expect: {"n":81,"m":"m","q":"w"} 82 81
// expect: 10
// expect: 1 2 {"value":7,"done":true} in,gen done
// expect: 1 {"b":2,"c":3} 1 q 4,5
// expect: t-n 1,2,3 3 string undefined true -4
// expect: else if
// expect: undefined
// expect: Cannot read properties of null (reading 'x')
// expect: Cannot read properties of undefined (reading 'f')
// expect: u.nope is not a function
// expect: u.nope is not a function
// expect: u.n is not a constructor
// expect: 5 is not iterable
// expect: returned undefined
