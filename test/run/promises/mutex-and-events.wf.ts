export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class Mutex { #tail: Promise<void> = Promise.resolve(); async run<T>(f: () => Promise<T>): Promise<T> { const before = this.#tail; let free!: () => void; this.#tail = new Promise((ok) => { free = ok; }); await before; try { return await f(); } finally { free(); } } }
  class Emitter { #on = new Map<string, Set<(x: any) => void>>(); on(e: string, f: (x: any) => void) { (this.#on.get(e) ?? this.#on.set(e, new Set()).get(e)!).add(f); return () => this.#on.get(e)!.delete(f); } emit(e: string, x: any) { for (const f of this.#on.get(e) ?? []) f(x); } once(e: string) { return new Promise<any>((ok) => { const off = this.on(e, (x) => { off(); ok(x); }); }); } }
  const m = new Mutex(), bus = new Emitter(), log: string[] = [];
  const off = bus.on('x', (x) => log.push('on' + x));
  const next = bus.once('x');
  const jobs = [1, 2, 3].map((n) => m.run(async () => { log.push('in' + n); await tick(); bus.emit('x', n); await tick(); log.push('out' + n); if (n === 2) throw new Error('two'); return n; }).catch((e) => e.message));
  const results = await Promise.all(jobs);
  off();
  bus.emit('x', 'gone');
  console.log(results.join(), await next, log.join());
}

// expect: 1,two,3 1 in1,on1,out1,in2,on2,out2,in3,on3,out3
// expect: returned undefined
