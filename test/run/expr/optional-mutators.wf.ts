export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { list: [1], map: new Map([['a', 1]]), set: new Set([1]) };
  const gone: any = undefined;
  await tick();
  o?.list?.push(2);
  o.map?.set('b', 2);
  o?.set.add(3)?.delete(1);
  gone?.push(4);
  await tick();
  o.list?.push?.(await tick(5));
  o?.map.get('b');
  o.list?.[0]?.toFixed();
  o['list']?.splice(0, 1, await tick(9), 8);
  await tick();
  delete o?.set;
  console.log(o.list.join(), [...o.map].join('|'), 'set' in o, gone?.length.x.y);
}

// expect: 9,8,2,5 a,1|b,2 false undefined
// expect: returned undefined
