export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const d: Record<string, number> = {};
  for (let i = 0; i < 80; i++) d['k' + i] = i;
  await tick();
  d.k5 = 500; delete d.k6; d.new1 = 1; delete d.k7; d.k7 = 7;
  await tick();
  d['10'] = 10; d['2'] = 2; d.__proto__x = 3;
  Object.assign(d, { k8: 88, z: 1 });
  await tick();
  console.log(Object.keys(d).length, Object.keys(d).slice(0, 3).join(), Object.keys(d).slice(-5).join(), d.k5, d.k7, d.k8);
}

// expect: 84 2,10,k0 k79,new1,k7,__proto__x,z 500 7 88
// expect: returned undefined
