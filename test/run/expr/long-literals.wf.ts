// Elements that wait for others are held in packs.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const order: unknown[] = [];
  const at = <T>(value: T): any => (order.push(value), order.length % 2 ? value : (tick(value) as any));
  const list: any[] = [
    await at(0), at(1), { n: 2 }, await at(3), at(4), '5', await at(6), at(7), { n: 8 }, await at(9),
    at(10), '11', await at(12), at(13), { n: 14 }, await at(15), at(16), '17', await at(18), at(19),
    { n: 20 }, , at(22), '23', await at(24), at(25), { n: 26 }, await at(27), at(28), '29',
    ...(await at([30, 'x', 'y'])), ...[at('s')], { n: 32 }, await at(33), at(34), '35', await at(36), at(37), { n: 38 }, await at(39),
    at(40), '41', await at(42), at(43), { n: 44 }, await at(45), at(46), '47', await at(48), at(49),
    , await at(51), at(52), '53', await at(54), at(55), { n: 56 }, await at(57), at(58), '59',
    await at(60), at(61), { n: 62 }, await at(63), at(64), '65', await at(66), at(67), { n: 68 }, await at(69),
    at(70), '71', await at(72), at(73), { n: 74 }, await at(75), at(76), '77', await at(78), at(79),
  ];
  const all = await Promise.all(list);
  console.log(order.flat().join());
  console.log(list.length, 21 in list, 20 in list, 52 in list, all.map((x) => (typeof x === 'object' ? x.n : x)).join());
  const failing = async (text: string): Promise<never> => { await tick(); throw new Error(text); };
  try {
    console.log([
      await tick(0), await tick(1), await tick(2), await tick(3), await tick(4), await tick(5), await tick(6), await tick(7), await tick(8), await tick(9),
      await tick(10), await tick(11), await tick(12), await tick(13), await tick(14), await tick(15), await tick(16), await tick(17), await tick(18), await tick(19),
      await failing('half-way'), order.push('never'),
    ]);
  } catch (error) {
    console.log((error as Error).message, order.includes('never'));
  }
}

// expect: 0,1,3,4,6,7,9,10,12,13,15,16,18,19,22,24,25,27,28,30,x,y,s,33,34,36,37,39,40,42,43,45,46,48,49,51,52,54,55,57,58,60,61,63,64,66,67,69,70,72,73,75,76,78,79
// expect: 82 false true false 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,,22,23,24,25,26,27,28,29,30,x,y,s,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79
// expect: half-way false
// expect: returned undefined
