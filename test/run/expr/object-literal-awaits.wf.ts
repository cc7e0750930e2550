export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let hidden = 'h';
  const o: any = {
    first: await tick(1),
    get live() { return hidden + this.first; },
    set live(v) { hidden = v; },
    [await tick('dyn')]: await tick('value'),
    ['m' + (await tick(7))](x: number) { return this.first + x; },
    async later() { return [this.first, await tick(hidden)].join(); },
    arrow: () => hidden,
    last: hidden,
  };
  await tick();
  o.live = 'changed';
  console.log(o.live, o.dyn, o.m7(5), await o.later(), o.arrow(), o.last, o.m7.name, o.arrow.name, Object.keys(o).join());
}

// expect: changed1 value 6 1,changed changed h m7 arrow first,live,dyn,m7,later,arrow,last
// expect: returned undefined
