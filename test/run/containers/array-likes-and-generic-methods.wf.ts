export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const like: any = { length: 2, 0: 'a', 1: 'b' };
  await tick();
  Array.prototype.push.call(like, 'c');
  Array.prototype.splice.call(like, 0, 1, 'x', 'y');
  await tick();
  Array.prototype.reverse.call(like);
  console.log(JSON.stringify(like), Array.prototype.join.call(like, '-'), Array.from(like).join(), Array.prototype.map.call(like, (x: any) => x + x).toString());
  const target: any[] = [];
  target.push.apply(target, Array.prototype.slice.call(like, 1));
  await tick();
  [].forEach.call(like as never, (x: any) => target.unshift(x));
  Array.prototype.sort.call(like);
  await tick();
  console.log(target.join(), JSON.stringify(like), Array.prototype.concat.call([], like, [1]).length, 'abc'.at(-1), Array.prototype.filter.call('hello', (c) => c > 'h').join(''));
}

// expect: {"0":"c","1":"b","2":"y","3":"x","length":4} c-b-y-x c,b,y,x cc,bb,yy,xx
// expect: x,y,b,c,b,y,x {"0":"b","1":"c","2":"x","3":"y","length":4} 2 c llo
// expect: returned undefined
