export declare function tick<T>(value?: T): Promise<T>;

function F(this: any) { return new.target; }
class K { t; constructor() { this.t = new.target.name; } }
class L extends K {}
export async function main() {
  await tick();
  console.log(new K().t, new L().t, (F as any)(), new (F as any)() instanceof F);
}

// expect: K L undefined false
// expect: returned undefined
