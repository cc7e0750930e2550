/**
 * The source around the statements of a random program: what they begin with, and what is left in the end.
 */
import { Generator } from './generator.ts';

const PRELUDE = `export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;
let log: string[] = [];
let steps = 0;
function out(...xs: unknown[]) {
  if (log.push(xs.map(String).join(' ')) > 600) throw new Error('too much');
  console.log(log.at(-1));
}
function num(x: any): number {
  if (++steps > 20000) throw new Error('too long');
  return typeof x === 'number' ? x % 1000 | 0 : x == null ? 0 : String(x).length;
}
const show = (x: unknown) => JSON.stringify(x, (name, value) => (name === 'deep' ? 0 : value));
const sites = new Set<unknown>();
function tag(s: any, ...xs: unknown[]) {
  const known = sites.has(s);
  sites.add(s);
  return s.raw.join('_') + xs.join() + known;
}
const key = Symbol('key');
const weak = new WeakMap<object, number>();
class Cell {
  #secret = 1;
  n = 0;
  list: number[] = [];
  static made = 0;
  constructor(n: number) { this.n = n; Cell.made++; }
  add(x: number) { this.n = num(this.n + x); this.list.push(this.n); this.#secret += x; return this; }
  get total() { return num(this.#secret + this.n + this.list.length); }
  set total(v: number) { this.#secret = num(v); }
  async slow(x: number) { const before = this.n; this.n = num(before + (await tick(x))); const f = () => this.#secret++; f(); await tick(); return this.total; }
}
class Sub extends Cell {
  extra = new Map<number, number>();
  add(x: number) { this.extra.set(num(x), this.n); return super.add(x + 1); }
  async slow(x: number) { const y = await super.slow(x); this.extra.delete(num(x)); return num(y + this.extra.size); }
}
`;

/** A program with these statements. */
export const programOf = (statements: string): string => `${PRELUDE}
export async function main() {
  let a = 1;
  const arr: any[] = [3, 1, 2];
  const map = new Map<any, any>([[1, 10], [2, 20]]);
  const obj: any = { k0: 1, k1: 2 };
  obj.deep = { n: 1, self: null };
  obj.deep.self = obj.deep;
  const big: any[] = Array.from({ length: 40 }, (_, i) => i);
  const table = new Map<any, any>(big.map((i) => [i, -i]));
  const dict: any = Object.fromEntries(big.map((i) => ['k' + i, i]));
  const fs: Array<() => any> = [];
  const pending: Promise<any>[] = [];
  const cell: any = new (Cell.made % 2 ? Cell : Sub)(5);
  try {
${statements.replaceAll(/^/gm, '    ')}
  } catch (e) { out('top', e?.message); }
  for (const p of pending) { try { out(await p); } catch (e) { out('p', e?.message); } }
  for (const f of fs) out(f());
  out(a, arr.join(), [...map].join('|'), Object.keys(obj).join(), num(obj[key]), cell.total, cell.list.join());
  out(big.length, Object.entries(big).join('|'), [...table].join('|'), Object.entries(dict).join('|'));
  return log.length;
}
`;

/** The program that a seed means. */
export const programFor = (seed: number): string => programOf(new Generator(seed).program());
