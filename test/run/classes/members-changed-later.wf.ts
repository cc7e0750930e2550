// Members of classes that are added, replaced, deleted and redefined after the class is there, with waits between.
export declare function tick<T>(value?: T): Promise<T>;

class Patched {
  n = 1;
  static count = 0;
  get(): number {
    return this.n;
  }
  static make() {
    return new Patched();
  }
}
(Patched.prototype as any).added = function (this: Patched) {
  return this.n + 10;
};
Patched.prototype.get = function (this: Patched) {
  return this.n + 1;
};
(Patched as any).label = 'patched';

const own = (o: object): string =>
  Reflect.ownKeys(o)
    .map((key) => {
      const d = Reflect.getOwnPropertyDescriptor(o, key)!;
      return `${String(key)}${d.enumerable ? 'e' : ''}${d.configurable ? 'c' : ''}${'value' in d ? (d.writable ? 'w' : '') : 'a'}`;
    })
    .join(' ');

export async function main() {
  const p: any = Patched.make();
  await tick();
  console.log(p.get(), p.added(), (Patched as any).label, Patched.count, own(Patched), '|', own(Patched.prototype));
  Patched.count++;
  await tick();
  console.log(Patched.count, Patched.make().get());

  const start = await tick(5);
  class Local {
    #hidden = start;
    value = 1;
    static total = 0;
    static [Symbol.for('tag')] = 'symbol';
    static bump() {
      return ++Local.total;
    }
    static get doubled() {
      return Local.total * 2;
    }
    one() {
      return 'one';
    }
    two() {
      return this.one() + 'two';
    }
    get three() {
      return 3;
    }
    set three(v: number) {
      this.value = v;
    }
    hidden() {
      return this.#hidden++;
    }
  }
  const C: any = Local;
  const o: any = new Local();
  await tick();
  // Added.
  C.prototype.extra = () => 'extra';
  await tick();
  console.log(o.extra(), new C().extra(), own(C.prototype));
  // Replaced, with the old one still held.
  const old = C.prototype.one;
  C.prototype.one = function () {
    return `new ${old.call(this)}`;
  };
  await tick();
  console.log(o.one(), o.two(), old(), own(C.prototype));
  // Deleted.
  delete C.prototype.two;
  delete C.doubled;
  await tick();
  console.log(o.two, C.doubled, own(C));
  // Redefined: an accessor for a method, other attributes.
  Object.defineProperty(C.prototype, 'one', { get() { return 'got'; }, configurable: true });
  Object.defineProperty(C.prototype, 'three', { enumerable: true });
  Object.defineProperty(C, 'total', { enumerable: false });
  Object.defineProperty(C, 'name', { value: 'Renamed' });
  await tick();
  o.three = 33;
  console.log(o.one, o.three, o.value, C.name, C.total, C.bump(), own(C), '|', own(C.prototype));
  // Symbol keys, statics of every kind.
  C[Symbol.for('more')] = [1];
  Object.defineProperty(C, 'getter', { get() { return this.total + 1000; }, set(v) { this.total = v; }, enumerable: true, configurable: true });
  delete C.length;
  await tick();
  C.getter = 5;
  C[Symbol.for('more')].push(2);
  await tick();
  console.log(C.getter, C[Symbol.for('more')].join(), C[Symbol.for('tag')], C.length, own(C));
  // A static that is deleted stays deleted, and its initialiser does not run again.
  delete C.total;
  await tick();
  console.log('total' in C, o.hidden(), new C().hidden(), o.hidden());
  // Frozen at last.
  Object.freeze(C);
  Object.freeze(C.prototype);
  await tick();
  try {
    C.x = 1;
  } catch (error) {
    console.log((error as Error).name);
  }
  try {
    C.prototype.x = 1;
  } catch (error) {
    console.log((error as Error).name);
  }
  console.log(Object.isFrozen(C), Object.isFrozen(C.prototype), new C().hidden(), own(C), '|', own(C.prototype));

  // Chains.
  class A {
    static who() {
      return 'A';
    }
    m() {
      return 'A.m';
    }
  }
  class B {
    static who() {
      return 'B';
    }
    m() {
      return 'B.m';
    }
  }
  class D extends A {
    static who() {
      return `D over ${super.who()}`;
    }
    override m() {
      return `D over ${super.m()}`;
    }
  }
  const d = new D();
  await tick();
  Object.setPrototypeOf(D, B);
  Object.setPrototypeOf(D.prototype, B.prototype);
  await tick();
  console.log(D.who(), d.m(), new D().m(), d instanceof A, d instanceof B, Object.getPrototypeOf(D) === B);
  const mixin = { m: () => 'mixin' };
  Object.setPrototypeOf(D.prototype, mixin);
  await tick();
  console.log(d.m(), Object.getPrototypeOf(D.prototype) === mixin);

  // A method that outlives the place it had, and the only way to a class.
  let method: any = (() => {
    class Gone {
      static n = 0;
      m() {
        return ++Gone.n;
      }
    }
    const m = Gone.prototype.m;
    delete (Gone.prototype as any).m;
    return m;
  })();
  await tick();
  console.log(method(), method());
  await tick();
  console.log(method());
  return 'done';
}

// expect: 2 11 patched 0 lengthc namec prototype makecw countecw labelecw | constructorcw getcw addedecw
// expect: 1 2
// expect: extra extra constructorcw onecw twocw threeca hiddencw extraecw
// expect: new one new onetwo one constructorcw onecw twocw threeca hiddencw extraecw
// expect: undefined undefined lengthc namec prototype bumpcw totalecw Symbol(tag)ecw
// expect: got 3 33 Renamed 0 1 lengthc namec prototype bumpcw totalcw Symbol(tag)ecw | constructorcw oneca threeeca hiddencw extraecw
// expect: 1005 1,2 symbol 0 namec prototype bumpcw totalcw gettereca Symbol(tag)ecw Symbol(more)ecw
// expect: false 5 5 6
// expect: TypeError
// expect: TypeError
// expect: true true 5 name prototype bump getterea Symbol(tag)e Symbol(more)e | constructor onea threeea hidden extrae
// expect: D over B D over B.m D over B.m false true true
// expect: D over mixin true
// expect: 1 2
// expect: 3
// expect: returned "done"
