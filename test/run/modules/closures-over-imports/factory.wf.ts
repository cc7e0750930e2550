export declare function tick<T>(value?: T): Promise<T>;

export const shared = { total: 0, log: [] as string[] };
export const observers: ((name: string) => void)[] = [];
const notify = (name: string) => observers.forEach((f) => f(name));
export function makeCounter(name: string) {
  let n = 0;
  const up = () => { n++; shared.total++; notify(name); return n; };
  return { up, get: () => n, async slow() { await tick(); up(); await tick(); return up(); } };
}
