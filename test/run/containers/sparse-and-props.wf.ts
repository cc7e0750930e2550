export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a: any = [1, , 3];
  a.name = 'named';
  const big: any[] = [];
  big[1000] = 1;
  await tick();
  a.extra = { x: 1 };
  console.log(a.length, 1 in a, a.name, Object.keys(a).join(), big.length, 500 in big);
  await tick();
  const m = 'k=v'.match(/(?<key>\w)=(?<val>\w)/)!;
  await tick();
  console.log(m.index, m.input, m.groups!.key, m[2], a.extra.x);
}

// expect: 3 false named 0,2,name,extra 1001 false
// expect: 0 k=v k v 1
// expect: returned undefined
