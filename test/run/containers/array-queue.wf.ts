export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const q: number[] = [];
  for (let i = 0; i < 200; i++) q.push(i);
  let s = 0, rounds = 0;
  while (q.length > 150) { s += q.shift()!; if (q.length % 7 === 0 && rounds++ < 5) q.push(s); await tick(); }
  const random = [5, 120, 3, 77, 30, 31, 32, 140];
  for (const i of random) { q[i] = -i; q.splice(i + 1, 1); }
  await tick();
  console.log(s, q.length, q.join());
}
