export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const ctx = { by: 3, seen: [] as number[] };
  const xs = [1, 2, 3];
  const out = xs.map(function (this: any, x, i, all) { this.seen.push(i); return x * this.by + all.length; }, ctx);
  await tick();
  ctx.by = 10;
  const f = function (this: any, x: number) { this.seen.push(x); return x * this.by > 10; };
  await tick();
  console.log(out.join(), xs.filter(f, ctx).join(), xs.some(f, ctx), xs.every(f, ctx), xs.findIndex(f, ctx), Array.from(xs, f, ctx).join());
  await tick();
  console.log(ctx.seen.join());
}

// expect: 6,9,12 2,3 true false 1 false,true,true
// expect: 0,1,2,1,2,3,1,2,1,1,2,1,2,3
// expect: returned undefined
