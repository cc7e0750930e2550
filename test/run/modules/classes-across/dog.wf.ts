import { Animal } from './animal.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export class Dog extends Animal {
  tricks: string[] = [];
  override speak() { return super.speak() + ' woofs'; }
  async slowly(n: number) { let s = ''; for (let i = 0; i < n; i++) { await tick(); s += super.speak(); } return s; }
}
export class Puppy extends Dog { override speak() { return super.speak().replace('woofs', 'yips'); } override async slowly(n: number) { return (await super.slowly(n)) + this.speak(); } }
