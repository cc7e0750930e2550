export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const re = /(?<year>\d{4})-(?<month>\d\d)(?<rest>x)?/du;
  const m = re.exec('on 2024-05!')!;
  await tick();
  console.log(m.groups!.year, m.groups!.rest, m.index, m.length, 'rest' in m.groups!, Object.keys(m.groups!).join(), m.indices![1]!.join(), m.indices!.groups!.month!.join(), Object.getPrototypeOf(m.groups));
  const { groups: { month, ...others } = {} as any, 0: whole } = m;
  await tick();
  console.log(month, JSON.stringify(others), whole);
  const swapped = '2024-05 2023-06'.replace(/(?<y>\d+)-(?<m>\d+)/g, '$<m>/$<y>$$$&');
  const called = '2024-05'.replace(re, (...args) => { const groups = args.at(-1); return Object.keys(groups).length + groups.year; });
  const all = [...'k1=v1;k2=v2'.matchAll(/(?<k>\w+)=(?<v>\w+)/g)];
  await tick();
  console.log(swapped, called, all.map((x) => x.groups!.k + x.index).join(), 'aXbX'.replaceAll('X', (x, i) => x + i), /\p{Lu}/u.test('É'), /(?<=a)b/.test('ab'));
}

// expect: 2024 undefined 3 4 true year,month,rest 3,7 8,10 null
// expect: 05 {"year":"2024"} 2024-05
// expect: 05/2024$2024-05 06/2023$2023-06 32024 k10,k26 aX1bX3 true true
// expect: returned undefined
