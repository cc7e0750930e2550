export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a: any = { name: 'a', list: [] }, b: any = { name: 'b', peer: a };
  a.peer = b; a.list.push(a, b, a.list);
  const m = new Map<any, any>([[a, b]]), s = new Set<any>([a, m]);
  m.set('self', m); s.add(s); a.s = s;
  const f: any = () => f.target; f.target = a; f.self = f;
  await tick();
  a.list[0].name = 'A'; b.peer.peer.name = 'B';
  await tick();
  console.log(a.name, b.name, a.list[2] === a.list, m.get('self') === m, s.has(s), m.get(a) === b, f().peer === b, f.self === f, [...a.s][1].get(a.list[0]) === a.peer);
  a.peer = null;
  const err: any = new Error('cyclic'); err.cause = err; a.err = err;
  await tick();
  console.log(b.peer.peer, a.err.cause === a.err, a.err.cause.message, structuredClone({ x: a.name }).x);
}

// expect: A B true true true true true true true
// expect: null true cyclic A
// expect: returned undefined
