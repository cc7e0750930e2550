export declare function tick<T>(value?: T): Promise<T>;

class Seq {
  n = 0;
  log: string[] = [];
  get next() { this.log.push('next' + this.n); return this.n++; }
  get lazy() { const value = { made: this.n }; Object.defineProperty(this, 'lazy', { value, configurable: true, writable: true, enumerable: true }); return value; }
}
export async function main() {
  const s = new Seq();
  const o = { a: s.next, b: await tick(s.next), c: s.next };
  const [x = s.next, y = await tick(s.next)] = [undefined, 5];
  console.log(JSON.stringify(o), x, y, s.next + (await tick(s.next)) * s.next);
  const first = s.lazy;
  await tick();
  s.n = 100;
  console.log(s.lazy === first, s.lazy.made, Object.keys(s).join(), s.log.length);
}

// expect: {"a":0,"b":1,"c":2} 3 5 34
// expect: true 7 n,log,lazy 7
// expect: returned undefined
