/** A run whose history grows and whose live state does not. */
export declare function step(n: number): Promise<number>;

interface Item {
  id: number;
  name: string;
  count: number;
}

export async function main(): Promise<void> {
  const items: Item[] = [];
  for (let id = 0; id < 200; id++) items.push({ id, name: `item ${id}`, count: 0 });
  for (let i = 0; ; i++) items[i % items.length]!.count = await step(i);
}
