/** A large array that grows, step by step. */
export declare function more(bytes: number): Promise<string>;

export async function main(steps: number, bytes: number): Promise<number> {
  const parts: string[] = [];
  for (let i = 0; i < steps; i++) parts.push(await more(bytes));
  return parts.length;
}
