export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = {};
  const order: string[] = [];
  for (let i = 0; i < 40; i++) { o['k' + i] = { i }; if (i % 10 === 0) await tick(); if (i % 3 === 0) delete o['k' + (i - 3)]; }
  const kept = o.k38;
  await tick();
  for (const k in o) { order.push(k); if (o[k].i > 35) delete o[k]; }
  await tick();
  o.k38 = kept; kept.i = 'back'; o[5] = 1; o.k1.i++;
  await tick();
  console.log(order.length, Object.keys(o).slice(0, 3).join(), Object.keys(o).at(-1), o.k38 === kept, o.k38.i, o.k1.i, Object.entries(o).length);
  Object.keys(o).forEach((k) => delete o[k]);
  await tick();
  console.log(JSON.stringify(o), (o.z = 1, Object.keys(o).join()));
}

// expect: 27 5,k1,k2 k38 true back 2 26
// expect: {} z
// expect: returned undefined
