export declare function tick<T>(value?: T): Promise<T>;

const Serial = (B: any) => class extends B { save() { return JSON.stringify({ ...this }); } };
const Timed = (B: any) => class extends B { t = 0; async bump() { await tick(); this.t++; return super.save ? 'has save' : 'none'; } };
class Core { id = 1; }
class Doc extends Timed(Serial(Core)) { title = 'x'; }
export async function main() {
  const d: any = new Doc();
  console.log(await d.bump(), d.save(), d instanceof Core);
  await tick();
  const plain: any = { save: d.save, z: 1 };
  plain.bump = Doc.prototype.bump;
  plain.t = 5;
  await tick();
  console.log(plain.save(), await plain.bump(), plain.t, d.t, Object.getPrototypeOf(Object.getPrototypeOf(Doc.prototype)).constructor !== Core);
}

// expect: has save {"id":1,"t":1,"title":"x"} true
// expect: {"z":1,"t":5} has save 6 1 true
// expect: returned undefined
