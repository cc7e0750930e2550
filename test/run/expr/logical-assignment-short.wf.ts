export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const o: any = {
    get a() { log.push('get a'); return 0; }, set a(v) { log.push('set a ' + v); },
    get b() { log.push('get b'); return 1; }, set b(v) { log.push('set b ' + v); },
    get c() { log.push('get c'); return null; }, set c(v) { log.push('set c ' + v); },
  };
  const side = async (x: number) => { log.push('side' + x); return tick(x); };
  console.log((o.a ||= await side(1)), (o.b ||= await side(2)), (o.c ??= await side(3)), (o.a &&= await side(4)), (o.b &&= await side(5)));
  console.log((o[(log.push('k'), 'b')] ??= await side(6)));
  console.log(log.join('|'));
}

// expect: 1 1 3 0 5
// expect: 1
// expect: get a|side1|set a 1|get b|get c|side3|set c 3|get a|get b|side5|set b 5|k|get b
// expect: returned undefined
