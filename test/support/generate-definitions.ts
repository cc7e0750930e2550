/**
 * Random definitions: generators of both kinds, iterators that are kept and resumed by hand, classes with computed keys,
 * private and static members, patterns of all shapes, and exceptions that come out of a wait.
 */
import type { Generator, Scope, Statement } from './generate.ts';
import { line } from './generate.ts';

type Maker = (g: Generator, scope: Scope) => Statement;

/** A generator or async generator; its parameter has a default now and then. */
const generator: Maker = (g, scope) => {
  const isAsync = g.random.chance(0.4);
  const name = g.name('g');
  const param = g.name('p');
  const inner: Scope = {
    ...scope,
    variables: [...scope.variables, { name: param, kind: 'num', mutable: true }],
    async: isAsync,
    yields: true,
    loops: [],
  };
  const dflt = g.random.chance(0.3) ? ` = ${g.expression({ ...scope, async: false, yields: false }, 1)}` : '';
  const body = g.block(inner, 1 + g.random.below(4));
  body.splice(g.random.below(body.length + 1), 0, line(`yield ${g.expression(inner, 1)};`));
  if (g.random.chance(0.5)) body.push(line(`return num(${g.expression(inner, 1)});`));
  scope.variables.push({ name, kind: isAsync ? 'agen' : 'gen', mutable: false });
  return { text: [`${isAsync ? 'async ' : ''}function* ${name}(${param}: any${dflt}): any {`, '}'], blocks: [body] };
};

/** A loop over a generator, with a body that may leave it. */
const loopOver: Maker = (g, scope) => {
  const isAsync = scope.async && g.random.chance(0.5);
  const source = g.variable(scope, isAsync ? 'agen' : 'gen');
  if (!source) return generator(g, scope);
  const item = g.name('i');
  const inner: Scope = {
    ...scope,
    variables: [...scope.variables, { name: item, kind: 'num', mutable: false }],
    loops: [...scope.loops, { label: null, breakable: true }],
  };
  const count = g.name('c');
  const body = [line(`if (${count}++ > 3) break;`), ...g.block(inner, 1 + g.random.below(3))];
  const head = `for ${isAsync ? 'await ' : ''}(const ${item} of ${source}(${g.expression(scope, 1)})) {`;
  return { text: [`let ${count} = 0; ${head}`, '}'], blocks: [body] };
};

/** Makes an iterator that is kept, or resumes one that is. */
const resume: Maker = (g, scope) => {
  const known = g.variable(scope, 'iter') ?? (scope.async ? g.variable(scope, 'aiter') : null);
  if (!known || g.random.chance(0.35)) {
    const isAsync = scope.async && g.random.chance(0.5);
    const source = g.variable(scope, isAsync ? 'agen' : 'gen');
    if (!source) return generator(g, scope);
    const name = g.name('t');
    scope.variables.push({ name, kind: isAsync ? 'aiter' : 'iter', mutable: false });
    return line(`const ${name} = ${source}(${g.expression(scope, 1)});`);
  }
  const isAsync = scope.variables.find((v) => v.name === known)!.kind === 'aiter';
  const value = g.expression(scope, 1);
  const call = g.random.pick([`next(${value})`, `next(${value})`, `return(${value})`, `throw(new Error('w${g.random.below(9)}'))`]);
  if (!isAsync) return line(`try { out(JSON.stringify(${known}.${call})); } catch (e: any) { out('thrown', e.message); }`);
  return g.random.chance(0.3)
    ? line(`pending.push(${known}.${call}.then((r: any) => JSON.stringify(r)));`)
    : line(`try { out(JSON.stringify(await ${known}.${call})); } catch (e: any) { out('thrown', e.message); }`);
};

/** `yield` and `yield*` as statements; outside a generator, something else. */
const yielding: Maker = (g, scope) => {
  if (!scope.yields) return resume(g, scope);
  const inner = g.variable(scope, scope.async && g.random.chance(0.5) ? 'agen' : 'gen');
  const value = g.expression(scope, 1);
  return line(
    `${g.random.pick([
      `yield ${value}`,
      `out(yield ${value})`,
      `yield* [1, ${value}]`,
      ...(inner ? [`yield* ${inner}(${value})`, `out(num(yield* ${inner}(${value})))`] : []),
    ])};`,
  );
};

const classStatement: Maker = (g, scope) => {
  const name = g.name('K');
  const base = g.variable(scope, 'class') ?? g.random.pick(['Cell', 'Sub']);
  const still: Scope = { ...scope, async: false, yields: false, loops: [] };
  const e = (): string => g.expression(still, 1);
  const key = g.random.chance(0.3) ? `['m' + (${g.expression(scope, 1)} % 3)]` : 'm';
  const method = g.block({ ...still, async: true }, 1 + g.random.below(3));
  const items = g.block({ ...still, yields: true }, 1 + g.random.below(2));
  const members = [
    `#own = ${e()}; static shared = ${e()}; field = () => this.#own++;`,
    `get total() { return num(super.total + this.#own); } set total(v: number) { super.total = v; this.#own = num(v); }`,
    ...(g.random.chance(0.4) ? [`static { ${name}.shared += num(${e()}); }`] : []),
    ...(g.random.chance(0.4) ? [`constructor(n: number) { const early = () => super(num(n) + 1); early(); this.n += num(${e()}); }`] : []),
    ...(g.random.chance(0.4) ? [`#hidden(x: any) { return num(x) + this.#own; } reach() { const h = this.#hidden; return h.call(this, ${e()}); }`] : []),
    `async slow(x: number) { const r = await super.slow(x); this.field(); return num(r + this.#own); }`,
  ];
  scope.variables.push({ name, kind: 'class', mutable: false });
  const made = g.name('o');
  scope.variables.push({ name: made, kind: 'cell', mutable: false });
  return {
    text: [
      `class ${name} extends ${base} { ${members.join(' ')} async ${key}(): Promise<any> {`,
      `} *items(): any { yield this.#own;`,
      `} } const ${made}: any = new ${name}(num(${g.expression(scope, 1)})); out(${name}.shared, ${made}.field(), [...${made}.items()].length, num(await_(${made})));`,
    ],
    blocks: [method, items],
  };
};

/** Patterns: nested, with defaults that may wait, over arrays, objects and generators, declared and assigned. */
const pattern: Maker = (g, scope) => {
  const [p, q, r] = [g.name('d'), g.name('d'), g.name('d')];
  const outside = scope.variables.filter((v) => v.name !== p);
  const e = (depth = 1): string => g.expression({ ...scope, variables: outside }, depth);
  const gen = g.variable(scope, 'gen');
  const mutable = g.mutable(scope);
  const form = g.random.pick([
    `let { x: ${p} = ${e()}, y: [${q} = ${e()}, , ...${r}] = [1, 2, 3] } = { x: ${g.random.pick([e(), 'undefined'])} } as any;`,
    `let [${p} = ${e()}, [${q}] = [${e()}], ...${r}] = [undefined, undefined, ${e()}] as any;`,
    ...(gen ? [`let [${p} = ${e()}, , ${q} = ${e()}, ...${r}] = ${gen}(${e()}) as any;`] : []),
    `let { [\`k\${${e()} % 2}\`]: ${p} = ${e()}, ...${r} } = obj; let ${q} = Object.keys(${r}).length;`,
    `let ${p}: any, ${q}: any, ${r}: any; [${p}, { z: ${q} = ${e()} }, ${r} = 4] = [${e()}, {}, undefined] as any;`,
    `let ${p} = 0, ${q} = 0, ${r} = 0; for (const { a: x = ${e()}, b = x } of [{}, { a: 1 }, { a: 2, b: 3 }] as any[]) { ${p} += num(x); ${q} += num(b); ${r}++; }`,
    ...(mutable ? [`let ${p} = 0, ${q} = 0, ${r} = 0; [arr[0], obj.k1, ${mutable}, cell.total] = [${e()}, ${e()}, ${e()}, ${e()}]; ${p} = num(arr[0]);`] : []),
  ]);
  for (const name of [p, q]) scope.variables.push({ name, kind: 'num', mutable: true });
  return line(`${form} out(num(${p}), num(${q}), JSON.stringify(${r}));`);
};

/** What a wait brings is an exception, caught near or far. */
const failing: Maker = (g, scope) => {
  if (!scope.async) return pattern(g, scope);
  const value = g.expression(scope, 1);
  const n = g.random.below(9);
  return line(
    `${g.random.pick([
      `out(await (num(${value}) % 3 === 1 ? fail('m${n}') : tick(${value})))`,
      `out(await fail('c${n}').catch((e: any) => e.message + num(${g.expression({ ...scope, async: false, yields: false }, 1)})))`,
      `try { out([await tick(1), await fail('l${n}'), out('never')].length) } catch (e: any) { out(e.message, ${g.expression(scope, 1)}) }`,
      `for (const x of [1, 2, 3]) { try { if (x === 2) { await fail('b${n}'); } out(await tick(x)); } catch { break; } finally { out('f', await tick(x)); } }`,
      `out((await Promise.allSettled([fail('s${n}'), tick(${value}), fail('t${n}')])).map((s: any) => s.status[0]).join(''))`,
    ])};`,
  );
};

export const DEFINITIONS: readonly Maker[] = [generator, generator, loopOver, loopOver, classStatement];
export const USES: readonly Maker[] = [resume, resume, yielding, yielding, pattern, pattern, failing];
