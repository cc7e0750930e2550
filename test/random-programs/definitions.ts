/**
 * Random definitions, each used where it is made: functions, generators of both kinds, iterables that say when they are
 * closed, classes with computed keys, private and static members, objects with accessors.
 */
import type { Generator } from './generator.ts';
import { type Maker, type Scope, still } from './scope.ts';
import { useGenerator } from './uses.ts';

/** The scope of a function's body, its parameter declared. */
function bodyScope(g: Generator, scope: Scope, param: string, { async, yields }: { async: boolean; yields: boolean }): Scope {
  const inner: Scope = { ...scope, variables: [...scope.variables], async, yields, returns: true, targets: [], functions: scope.functions + 1 };
  g.declare(inner, param, 'num', true);
  return inner;
}

/** The parameters of a function that is called with one value. */
const parameters = (g: Generator, scope: Scope, param: string): string =>
  g.random.pick([
    () => param,
    () => param,
    () => `${param} = ${g.still(scope)}`,
    () => `${param}, { q = ${g.still(scope)}, ...r } = { q: ${param}, s: 2 }`,
    () => `${param}, ...rest`,
  ])();

const functionStatement: Maker = (g, scope) => {
  const isAsync = g.random.chance(0.65);
  const name = g.name('f');
  const param = g.name('p');
  const inner = bodyScope(g, scope, param, { async: isAsync, yields: false });
  const isArrow = g.random.chance(0.5);
  const body = [
    ...(isArrow || g.random.chance(0.7) ? [] : ['out(arguments.length, this);']),
    g.few(inner, 4),
    `return num(${g.expression(inner, 2)});`,
  ].join('\n');
  const params = parameters(g, scope, param);
  const keyword = isAsync ? 'async ' : '';
  g.declare(scope, name, isAsync ? 'afn' : 'fn');
  const e = (): string => g.expression(scope);
  const use = isAsync
    ? g.random.pick(scope.async ? [`out(await ${name}(${e()}));`, `out(await ${name}(${e()}));`, `pending.push(${name}(${e()}));`] : [`pending.push(${name}(${e()}));`])
    : g.random.pick([`out(${name}(${e()}));`, `fs.push(${name}.bind(null, ${e()}));`, `out([${e()}, ${e()}].map(${name}).join());`]);
  return isArrow ? `const ${name} = ${keyword}(${params}) => {\n${body}\n};\n${use}` : `${keyword}function ${name}(${params}) {\n${body}\n}\n${use}`;
};

const generator: Maker = (g, scope) => {
  const isAsync = g.random.chance(0.45);
  const name = g.name('g');
  const param = g.name('p');
  const inner = bodyScope(g, scope, param, { async: isAsync, yields: true });
  const body = [g.few(inner, 3), `yield ${g.expression(inner)};`, ...(g.random.chance(0.5) ? [`return num(${g.expression(inner)});`] : [])];
  // What is in `finally` is what `return()` and `throw()` run, and it may yield and wait once more.
  const whole = g.random.chance(0.4) ? `try {\n${body.join('\n')}\n} finally { out('left', ${g.expression(inner)}); }` : body.join('\n');
  const params = parameters(g, scope, param);
  g.declare(scope, name, isAsync ? 'agen' : 'gen');
  return `${isAsync ? 'async ' : ''}function* ${name}(${params}) {\n${whole}\n}\n${useGenerator(g, scope, name, isAsync)}`;
};

/** An object with an iterator of its own, which says when it is closed. */
const iterable: Maker = (g, scope) => {
  const isAsync = scope.async && g.random.chance(0.5);
  const name = g.name('o');
  const wait = isAsync && g.random.chance(0.7) ? 'await tick(); ' : '';
  const method = isAsync ? 'async ' : '';
  const next = `${method}next() { ${wait}n += num(${g.still(scope)}) % 2; return { value: n, done: ++n > ${2 + g.random.below(4)} }; }`;
  const close = g.random.chance(0.15) ? "throw new Error('not closed');" : 'return { value: v, done: true };';
  const end = g.random.chance(0.8) ? `, ${method}return(v) { ${wait}out('closed', n); ${close} }` : '';
  const n = `let n = num(${g.still(scope)}) % 2;`;
  g.declare(scope, name, isAsync ? 'aiterable' : 'iterable');
  const item = g.name('i');
  const inner: Scope = { ...scope, variables: [...scope.variables], targets: [...scope.targets, { label: null, loop: true }] };
  g.declare(inner, item, 'num');
  const use = `for ${isAsync ? 'await ' : ''}(const ${item} of ${name}) {\n${g.few(inner)}\nif (${item} > ${g.random.below(5)}) break;\n}`;
  return `const ${name} = { [Symbol.${isAsync ? 'asyncIterator' : 'iterator'}]() { ${n} return { ${next}${end} }; } };\n${use}`;
};

const classStatement: Maker = (g, scope) => {
  const name = g.name('K');
  const base = g.variable(scope, 'class') ?? g.random.pick(['Cell', 'Sub']);
  const e = (): string => g.still(scope);
  const key = g.random.chance(0.4) ? `['m' + (${g.expression(scope)} % 3)]` : 'm';
  const inner: Scope = { ...still(scope), returns: true, functions: scope.functions + 1 };
  const method = g.few({ ...inner, async: true }, 3);
  const items = g.few({ ...inner, yields: true }, 2);
  const members = [
    `#own = ${e()}; static shared = ${e()}; field = () => this.#own++;`,
    'get total() { return num(super.total + this.#own); } set total(v) { super.total = v; this.#own = num(v); }',
    ...(g.random.chance(0.4) ? [`static { ${name}.shared += num(${e()}); }`] : []),
    ...(g.random.chance(0.4) ? [`constructor(n) { const early = () => super(num(n) + 1); early(); this.n += num(${e()}); }`] : []),
    ...(g.random.chance(0.4) ? [`#hidden(x) { return num(x) + this.#own; } reach() { const h = this.#hidden; return #own in this ? h.call(this, ${e()}) : 0; }`] : []),
    `async slow(x) { const r = await super${g.random.pick(['.slow(x)', "['slow'](x)", '.slow(...[x])'])}; this.field(); return num(r + this.#own); }`,
    ...(g.random.chance(0.4) ? [`async #quiet(x, y = ${e()}) { await tick(); return num(x + y) + this.#own; } static async aside(o, x) { return num(await o.#quiet(x)) + num(await o?.#quiet(...[x, ${e()}])); }`] : []),
    `async ${key}() {\n${method}\n}`,
    `*items() { yield this.#own;\n${items}\n}`,
  ];
  const made = g.name('o');
  g.declare(scope, name, 'class');
  g.declare(scope, made, 'cell');
  const call = `${made}[Object.getOwnPropertyNames(${name}.prototype).find((k) => k[0] === 'm')]()`;
  const uses = [
    `const ${made} = new ${name}(num(${g.expression(scope)}));`,
    `out(${name}.shared, ${made}.field(), [...${made}.items()].length, ${made} instanceof ${base}, ${made}.reach?.());`,
    scope.async ? `out(await ${made}.slow(1), await ${call}, await ${name}.aside?.(${made}, ${e()}));` : `pending.push(${made}.slow(1), ${call});`,
  ];
  return `class ${name} extends ${base} {\n${members.join('\n')}\n}\n${uses.join('\n')}`;
};

/** An object with accessors, a computed key and methods that use `super`. */
const accessors: Maker = (g, scope) => {
  const name = g.declare(scope, g.name('q'), 'accessors');
  const e = (): string => g.still(scope);
  const members = [
    `v: ${g.expression(scope)}`,
    `get d() { return num(this.v + ${e()}); }`,
    `set d(x) { this.v = num(x); arr.push(num(${e()})); }`,
    `['k' + (${g.expression(scope)} % 3)]: ${e()}`,
    `text() { return super.toString().length + num(${e()}); }`,
    `async later(x) { const before = this.v; this.d = await tick(x); return num(before + this.d + ${e()}); }`,
  ];
  const frozen = g.random.chance(0.25) ? `try { Object.freeze(${name}).d = 1; } catch (e) { out(e.name); }` : '';
  return `const ${name} = { ${members.join(', ')} };\n${frozen}out(${name}.text(), Object.keys(${name}).join());`;
};

export const DEFINITIONS: readonly Maker[] = [
  functionStatement, functionStatement, functionStatement, generator, generator, generator, iterable, iterable, classStatement, classStatement, accessors,
];
