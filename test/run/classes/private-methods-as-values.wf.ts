// Private methods taken as values: kept across waits, with identity, and found again in the class; `#x in o` with objects
// that were stored; private accessors and static private methods.
export declare function tick<T>(value?: T): Promise<T>;

class Account {
  #balance = 0;
  #log: string[] = [];
  static #made = 0;
  static #count(this: unknown) {
    return ++Account.#made;
  }
  static counter() {
    return Account.#count;
  }
  #add(amount: number) {
    this.#balance += amount;
    return this.#balance;
  }
  async #later(amount: number) {
    await tick();
    return this.#add(amount);
  }
  get #double() {
    return this.#balance * 2;
  }
  set #double(value: number) {
    this.#balance = value / 2;
  }
  *#each() {
    yield* this.#log;
  }
  adder() {
    return this.#add;
  }
  bound() {
    return this.#add.bind(this);
  }
  async slow() {
    const later = this.#later;
    await tick();
    return later;
  }
  each() {
    return this.#each;
  }
  doubled(value?: number) {
    if (value !== undefined) this.#double = value;
    return this.#double;
  }
  sameAs(fn: unknown) {
    return fn === this.#add;
  }
  note(text: string) {
    this.#log.push(text);
  }
  static is(value: object) {
    return [#balance in value, #add in value, #double in value].join();
  }
  static isClass(value: object) {
    return #count in value;
  }
}

export async function main() {
  const a = new Account();
  const b = new Account();
  const add = a.adder();
  const bound = a.bound();
  const count = Account.counter();
  await tick();
  console.log(add.call(b, 5), bound(7), b.sameAs(add), a.adder() === add, count());
  console.log(add.name, add.length, Object.hasOwn(add, 'prototype'), count.name);
  const later = await a.slow();
  console.log(await later.call(b, 10), await later.call(a, 1), later.name);
  const each = a.each();
  a.note('x');
  a.note('y');
  const walk = each.call(a);
  walk.next();
  await tick();
  console.log([...walk].join(), a.doubled(), a.doubled(50), Account.is(a), Account.is({}), Account.isClass(Account));
  (add as any).tag = { a };
  await tick();
  console.log((a.adder() as any).tag.a === a, count(), count === Account.counter());

  // Classes of the run's own: each evaluation has its own methods.
  const start = await tick(100);
  let evaluated = 0;
  const make = (base: number) => {
    class Parent {
      field = ++evaluated;
    }
    return class Child extends Parent {
      #n = base + start;
      #get() {
        return this.#n++;
      }
      static #shout(text: string) {
        return `${text}!${base}`;
      }
      static shouter() {
        return Child.#shout;
      }
      getter() {
        return this?.#get;
      }
      static has(o: object) {
        return #get in o;
      }
    };
  };
  const One = make(1);
  const Two = make(2);
  const one = new One();
  const two = new Two();
  const kept = [one.getter(), two.getter(), One.shouter(), Two.shouter()] as any[];
  await tick();
  console.log(kept[0] === kept[1], kept[0] === one.getter(), kept[0].call(one), kept[1].call(two), kept[2]('a'), kept[3]('b'), evaluated);
  for (const [fn, object] of [[kept[0], two], [kept[1], one], [kept[0], {}]] as const) {
    try {
      console.log(fn.call(object));
    } catch (error) {
      console.log((error as Error).name);
    }
  }
  await tick();
  console.log(One.has(one), One.has(two), kept[2] === One.shouter(), kept[0].call(one), new One().getter() === kept[0]);

  // The method is the only way to its class.
  let only: any = (() => {
    class Hidden {
      #secret() {
        return ++evaluated;
      }
      take() {
        return this.#secret;
      }
    }
    return new Hidden().take();
  })();
  await tick();
  console.log(only(), only.name);

  // A class that extends null, and one that extends a built-in.
  class Odd extends (Map as MapConstructor)<string, number> {
    #sum() {
      return [...this.values()].reduce((x, y) => x + y, 0);
    }
    summer() {
      return this.#sum;
    }
  }
  const odd = new Odd([['a', 1], ['b', 2]]);
  const sum = odd.summer();
  await tick();
  console.log(sum.call(odd), new Odd().summer() === sum);
  return 'done';
}

// expect: 5 7 true true 1
// expect: #add 1 false #count
// expect: 15 8 #later
// expect: y 16 50 true,true,true false,false,false true
// expect: true 2 true
// expect: false true 101 102 a!1 b!2 2
// expect: TypeError
// expect: TypeError
// expect: TypeError
// expect: true false true 102 true
// expect: 4 #secret
// expect: 3 true
// expect: returned "done"
