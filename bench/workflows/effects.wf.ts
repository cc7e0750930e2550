/** So many trivial effects, one after the other. */
export declare function step(n: number): Promise<number>;

export async function main(steps: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += await step(i);
  return sum;
}
