/** A large structure, of which one cycle changes a little. */
export declare function next(): Promise<void>;

interface Item {
  id: number;
  total: number;
  note: string;
}

const item = (id: number): Item => ({ id, total: 0, note: `note ${id}` });

/** Made push by push: an array that V8 lets grow. */
function items(size: number): Item[] {
  const made: Item[] = [];
  for (let id = 0; id < size; id++) made.push(item(id));
  return made;
}

export async function field(size: number): Promise<void> {
  const list = items(size);
  for (let i = 0; ; i = (i + 7919) % size) {
    await next();
    list[i]!.total++;
  }
}

export async function push(size: number): Promise<void> {
  const list = items(size);
  for (;;) {
    await next();
    list.push(item(list.length));
  }
}

export async function shift(size: number): Promise<number> {
  const queue = items(size);
  let sum = 0;
  for (;;) {
    await next();
    sum += queue.shift()!.id;
  }
}

export async function set(size: number): Promise<void> {
  const map = new Map<string, Item>();
  for (let id = 0; id < size; id++) map.set(`key ${id}`, item(id));
  for (let i = 0; ; i = (i + 7919) % size) {
    await next();
    map.set(`key ${i}`, item(i));
  }
}
