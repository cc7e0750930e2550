export declare function tick<T>(value?: T): Promise<T>;

class Base {
  tag = 'base';
  join(...xs: unknown[]) { return this.tag + xs.join('-'); }
  get maker() { return (x: unknown) => this + ':' + x; }
  toString() { return 'B' + this.tag; }
  async later(x: unknown) { await tick(); return this.tag + x; }
}
class Sub extends Base {
  override tag = 'sub';
  keys: string[] = [];
  key(k: string) { this.keys.push(k); return k; }
  override join(...xs: unknown[]) { return 'never' + xs.length; }
  async run() {
    const out = [super.join(await tick(1), 2, ...(await tick([3, 4]))), super[this.key('join') as 'join'](await tick('k')), super.maker(await tick('m')), `${super.toString()}`];
    out.push(await super.later(await tick('l')), (super.join as any)?.(await tick('o')), String(super['nope' as 'join']?.(await tick('never'))));
    (super[this.key('tag') as 'tag'] as any) = await tick('written');
    (super[this.key('own') as 'tag'] as any) ??= await tick('own');
    const arrows = [async () => super.join(await tick('arrow'), this.tag), () => super.maker('sync')];
    for (const a of arrows) out.push(await a());
    return [...out, this.tag, (this as any).own, this.keys.join('/')].join(' ');
  }
  static async make() { await tick(); const s = new this(); return s.run(); }
}
export async function main() { console.log(await Sub.make()); }

// expect: sub1-2-3-4 subk Bsub:m Bsub subl subo undefined writtenarrow-written Bwritten:sync written own join/tag/own
// expect: returned undefined
