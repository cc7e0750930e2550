export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const arr = ['a', 'b', 'c', 'd'], map = new Map([[1, 'x'], [2, 'y']]);
  const next = ((it) => () => it.next())(arr.entries());
  const pull = [map.keys(), map.values(), arr.keys(), 'h\u{1f600}i'[Symbol.iterator](), 'k1k2'.matchAll(/k(\d)/g)] as Iterator<any>[];
  console.log(next().value.join(), pull.map((p) => String(p.next().value)).join());
  await tick();
  arr.unshift('z'); map.set(3, 'w');
  console.log(next().value.join(), pull.map((p) => String(p.next().value)).join());
  await tick();
  arr.length = 3;
  console.log(next().value.join(), JSON.stringify(next()), JSON.stringify(next()), pull.map((p) => { const r = p.next(); return r.done ? 'done' : String(r.value); }).join());
  arr.push('late');
  await tick();
  const [first, ...rest] = new Set([1, 2, 3]).values();
  console.log(JSON.stringify(next()), first, rest.join(), Object.fromEntries(map.entries())[3], Array.from(map.values(), (v) => v + v).join());
}

// expect: 0,a 1,x,0,h,k1,1
// expect: 1,a 2,y,1,😀,k2,2
// expect: 2,b {"done":true} {"done":true} 3,w,2,i,done
// expect: {"done":true} 1 2,3 w xx,yy,ww
// expect: returned undefined
