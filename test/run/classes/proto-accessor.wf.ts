// `o.__proto__`, read and written, on objects that were stored and on new ones (ECMA-262 B.2.2.1).
export declare function tick<T>(value: T): Promise<T>;

class Animal {
  name = 'animal';
  speak() {
    return `${this.name} speaks`;
  }
}
class Dog extends Animal {
  override speak() {
    return `${(this as any).__proto__.__proto__.speak.call(this)}, barks`;
  }
}

export async function main() {
  const base: any = { kind: 'base', hello() { return `hello ${this.kind}`; } };
  const stored: any = { a: 1 };
  const list: any = [1, 2];
  await tick(1);
  stored.__proto__ = base;
  list['__proto__'] = { sum() { return this[0] + this[1]; } };
  const fresh: any = { b: 2 };
  fresh.__proto__ = stored;
  await tick(2);
  console.log(stored.hello(), fresh.hello(), fresh.a, list.sum(), stored.__proto__ === base, fresh?.__proto__?.__proto__ === base);
  base.hello = () => 'changed';
  stored.__proto__ = null;
  await tick(3);
  console.log(Object.getPrototypeOf(stored), stored.__proto__, fresh.hello, base.hello());

  const dog = new Dog();
  await tick(4);
  console.log(dog.speak(), (dog as any).__proto__ === Dog.prototype, (Dog as any).__proto__ === Animal, (5 as any).__proto__ === Number.prototype);

  const made = Object.create((dog as any).__proto__);
  await tick(5);
  console.log(made instanceof Dog, Object.keys(made));
  const own: any = JSON.parse('{"__proto__": 1}');
  await tick(own);
  delete own.__proto__;
  try {
    (null as any).__proto__;
  } catch (error) {
    console.log(String(error), Object.keys(own));
  }
  const { constructor } = dog as any;
  constructor.__proto__ ??= null;
  return own.__proto__ === Object.prototype;
}

// expect: hello base hello base 1 3 true true
// expect: null undefined undefined changed
// expect: animal speaks, barks true true true
// expect: true []
// expect: TypeError: Cannot read properties of null (reading '__proto__') []
// expect: returned true
