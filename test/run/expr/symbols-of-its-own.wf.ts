// Symbols that are nobody else's, kept across waits with their identity: values, keys, members, tags, in closures.
export declare function tick<T>(value?: T): Promise<T>;

const moduleKey = Symbol('module');
const registry = new Map<symbol, string>([[moduleKey, 'first']]);

const kindKey = Symbol('kind');
class Tagged {
  static readonly kind = Symbol('kind');
  declared = Tagged.kind;
  [kindKey] = 'tagged';
  [moduleKey]() {
    return registry.get(moduleKey);
  }
}

export async function main() {
  const local = Symbol('local');
  const twin = Symbol('local');
  const nameless = Symbol();
  const o: any = { [local]: 1, [moduleKey]: 2, plain: 3 };
  const read = () => [o[local], o[moduleKey], o[twin]].join();
  const tagged: any = new Tagged();
  await tick();
  console.log(read(), local === twin, local.description, nameless.description, String(nameless), local.toString());
  console.log(tagged[moduleKey](), tagged[kindKey], tagged.declared === Tagged.kind, Object.getOwnPropertySymbols(o).length, Reflect.ownKeys(o).map(String).join());
  o[twin] = 'twin';
  delete o[moduleKey];
  registry.set(local, 'second');
  await tick();
  console.log(read(), [...registry.values()].join(), registry.get(local), local in o, Object.getOwnPropertySymbols(o)[1] === twin);
  const unique = (() => {
    const hidden = Symbol('hidden');
    return { make: () => ({ [hidden]: true }), is: (x: any) => x[hidden] === true };
  })();
  const made = unique.make();
  await tick();
  console.log(unique.is(made), unique.is(unique.make()), unique.is({}));
  const states = { open: Symbol('open'), closed: Symbol('closed') };
  let state = states.open;
  const set = new Set([states.open, nameless]);
  for (const key of [local, twin]) {
    await tick();
    switch (state) {
      case states.open:
        state = states.closed;
        break;
      case states.closed:
        console.log('closed', set.has(states.open), set.has(state), o[key]);
        break;
    }
  }
  const copy = { ...o };
  const { [local]: taken, ...rest } = o;
  await tick();
  console.log(copy[local], taken, local in rest, twin in rest, JSON.stringify({ a: local, [local]: 1 }));
  Object.defineProperty(o, nameless, { value: 'hidden', configurable: true });
  const frozen = Object.freeze({ [nameless]: local });
  await tick();
  console.log(o[nameless], Object.keys(o).join(), frozen[nameless] === local, Object(local) == local);
  try {
    console.log(`${local as any}`);
  } catch (error) {
    console.log((error as Error).name);
  }
  return 'done';
}

// expect: 1,2, false local undefined Symbol() Symbol(local)
// expect: first tagged true 2 plain,Symbol(local),Symbol(module)
// expect: 1,,twin first,second second true true
// expect: true true false
// expect: closed true false twin
// expect: 1 1 false true {}
// expect: hidden plain true true
// expect: TypeError
// expect: returned "done"
