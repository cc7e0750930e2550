import { Animal, registry, type Sound } from './animal.wf.ts';
import { Dog, Puppy } from './dog.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const d = new Dog('rex'), p = new Puppy('bit');
  await tick();
  console.log(d.speak(), await p.slowly(2), d instanceof Animal, p instanceof Dog, registry.size, Animal.count, Dog.count);
  class Local extends Dog { override speak() { return 'local ' + super.speak(); } }
  const l: Sound = new Local('own');
  await tick();
  console.log(l.speak(), Animal.count, [...registry.keys()].join(), registry.get('rex') === d, Puppy.create('z').secret(), Object.getPrototypeOf(Puppy) === Dog);
}

// expect: rex woofs bitbitbit yips true true 2 2 2
// expect: local own woofs 3 rex,bit,own true zhidden true
// expect: returned undefined
