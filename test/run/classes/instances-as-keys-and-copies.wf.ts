export declare function tick<T>(value?: T): Promise<T>;

class Point { x = 0; y = 0; static of(x: number, y: number) { return Object.assign(new Point(), { x, y }); } plus(o: Point) { return Point.of(this.x + o.x, this.y + o.y); } }
export async function main() {
  const a = Point.of(1, 2), b = Point.of(3, 4);
  const names = new Map([[a, 'a'], [b, 'b']]), seen = new Set([a]);
  await tick();
  const copy = Object.assign(Object.create(Object.getPrototypeOf(a)), a), spread = { ...b };
  const sum = [a, b, copy].reduce((p, q) => p.plus(q));
  seen.add(sum).add(a);
  await tick();
  (sum as any).extra = names.get(b);
  delete (b as any).x;
  await tick();
  console.log(names.get(a), seen.size, seen.has(copy), copy instanceof Point, (spread as any) instanceof Point, JSON.stringify([sum, b, spread]), sum.plus(a).x, 'plus' in spread);
}

// expect: a 2 false true false [{"x":5,"y":8,"extra":"b"},{"y":4},{"x":3,"y":4}] 6 false
// expect: returned undefined
