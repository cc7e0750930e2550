export declare function tick<T>(value?: T): Promise<T>;

class Range {
  lo; hi;
  constructor(lo: number, hi: number) { this.lo = lo; this.hi = hi; }
  [Symbol.iterator]() { let i = this.lo; const hi = this.hi; return { next: () => (i < hi ? { value: i++, done: false } : { value: undefined, done: true }) }; }
  get [Symbol.toStringTag]() { return 'Range'; }
}
export async function main() {
  const r = new Range(1, 4);
  const seen: number[] = [];
  for (const x of r as any) { await tick(); seen.push(x); }
  console.log(seen.join(), [...(r as any)].length, String(r));
}

// expect: 1,2,3 3 [object Range]
// expect: returned undefined
