export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const shared = { n: 1 };
  const graph: any = { at: new Date(0), list: [shared, shared], tree: { a: { b: [1] } } };
  const calls = [tick(shared), tick(graph), tick([shared, shared]), tick({ tree: graph.tree })];
  shared.n = 2;
  graph.at.setTime(5);
  graph.list.push('late');
  graph.tree.a.b.push(2);
  const [a, b, c, d] = (await Promise.all(calls as Promise<any>[])) as any[];
  console.log(a.n, b.at.getTime(), b.list.length, b.list[0].n, b.list[0] === b.list[1], b.tree.a.b.length, c[0] === c[1], c[0].n, d.tree.a.b.length);
  a.n = 9;
  b.list[0].n = 8;
  console.log(shared.n, graph.list[0].n, a === shared);
}

// expect: 1 0 2 1 true 1 true 1 1
// expect: 2 2 false
// expect: returned undefined
