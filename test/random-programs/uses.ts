/**
 * Random uses of what has been defined: generators looped over, resumed by hand and left at each of their yields,
 * iterators of built-ins kept across waits, values with state of their own.
 */
import type { Generator } from './generator.ts';
import type { Maker, Scope } from './scope.ts';

/** A loop over a generator, with a body that may leave it. */
function loopOver(g: Generator, scope: Scope, source: string, isAsync: boolean): string {
  const item = g.name('i');
  const inner: Scope = { ...scope, variables: [...scope.variables], targets: [...scope.targets, { label: null, loop: true }] };
  g.declare(inner, item, 'num');
  const count = g.name('c');
  const head = `for ${isAsync ? 'await ' : ''}(const ${item} of ${source})`;
  return `let ${count} = 0; ${head} {\nif (${count}++ > ${g.random.below(4)}) break;\n${g.few(inner, 2)}\n}`;
}

/** The generator is left at each of its first yields, by an exception or a return. */
function leftEverywhere(g: Generator, scope: Scope, name: string, isAsync: boolean): string {
  const [k, t] = [g.name('k'), g.name('t')];
  const wait = isAsync ? 'await ' : '';
  const leave = g.random.pick([`throw(new Error('y' + ${k}))`, `throw(new Error('y' + ${k}))`, `return(${k})`]);
  const body = [
    `const ${t} = ${name}(${g.expression(scope)});`,
    `for (let j = 0; j < ${k}; j++) out(JSON.stringify(${wait}${t}.next(j)));`,
    `out(JSON.stringify(${wait}${t}.${leave}));`,
    `out(JSON.stringify(${wait}${t}.next()));`,
  ];
  return `for (let ${k} = 0; ${k} < 4; ${k}++) { try { ${body.join(' ')} } catch (e) { out('left', e?.message); } }`;
}

/** Makes an iterator that is kept, and resumes it for a first time. */
function kept(g: Generator, scope: Scope, name: string, isAsync: boolean): string {
  const iterator = g.declare(scope, g.name('t'), isAsync ? 'aiter' : 'iter');
  return `const ${iterator} = ${name}(${g.expression(scope)});\n${resumed(g, scope, iterator, isAsync)}`;
}

function resumed(g: Generator, scope: Scope, iterator: string, isAsync: boolean): string {
  const value = g.expression(scope);
  const call = g.random.pick([`next(${value})`, `next(${value})`, `next(${value})`, `return(${value})`, `throw(new Error('w${g.random.below(9)}'))`]);
  if (!isAsync) return `try { out(JSON.stringify(${iterator}.${call})); } catch (e) { out('thrown', e?.message); }`;
  return g.random.chance(0.3)
    ? `pending.push(${iterator}.${call}.then((r) => JSON.stringify(r)));`
    : `try { out(JSON.stringify(await ${iterator}.${call})); } catch (e) { out('thrown', e?.message); }`;
}

/** Some use of a generator; one of an async generator needs a function that may wait. */
export function useGenerator(g: Generator, scope: Scope, name: string, isAsync: boolean): string {
  const e = g.expression(scope);
  if (isAsync && !scope.async) return `pending.push(${name}(${e}).next().then((r) => JSON.stringify(r)));`;
  return g.random.pick([
    () => loopOver(g, scope, `${name}(${e})`, isAsync),
    () => loopOver(g, scope, `${name}(${e})`, isAsync),
    () => leftEverywhere(g, scope, name, isAsync),
    () => kept(g, scope, name, isAsync),
  ])();
}

const generatorUse: Maker = (g, scope) => {
  const isAsync = scope.async && g.random.chance(0.5);
  const name = g.variable(scope, isAsync ? 'agen' : 'gen');
  return name ? useGenerator(g, scope, name, isAsync) : walk(g, scope);
};

const resume: Maker = (g, scope) => {
  const isAsync = scope.async && g.random.chance(0.5);
  const iterator = g.variable(scope, isAsync ? 'aiter' : 'iter');
  return iterator ? resumed(g, scope, iterator, isAsync) : generatorUse(g, scope);
};

const iterableUse: Maker = (g, scope) => {
  const isAsync = scope.async && g.random.chance(0.5);
  const name = g.variable(scope, isAsync ? 'aiterable' : 'iterable');
  return name ? loopOver(g, scope, name, isAsync) : resume(g, scope);
};

/** An iterator of a built-in, kept while what it walks over changes. */
const walk: Maker = (g, scope) => {
  const known = g.variable(scope, 'walk');
  const wait = scope.async && g.random.chance(0.5) ? 'await tick(), ' : '';
  if (known && g.random.chance(0.7)) {
    const change = g.random.pick(['map.set(9, 9)', 'map.delete(1)', 'map.delete(1) && map.set(1, 5)', 'table.delete(0) && table.set(0, 5)', 'arr.push(8)', 'arr.shift()', '0']);
    return `out(JSON.stringify((${wait}${known}.next())), ${change}, JSON.stringify(${known}.next()));`;
  }
  const source = g.random.pick([
    'map.entries()', 'map.keys()', 'map[Symbol.iterator]()', 'table.keys()', 'big.entries()', 'arr.values()', 'arr.entries()', 'new Set([5, ...arr]).values()',
    "'a𝒳b'[Symbol.iterator]()", "'x1y22'.matchAll(/\\d/g)",
  ]);
  const name = g.declare(scope, g.name('w'), 'walk');
  return `const ${name} = ${source}; out(JSON.stringify(${name}.next()));`;
};

/** Values that are more than their properties: typed arrays that share a buffer, expressions with a `lastIndex`, dates. */
const stateful: Maker = (g, scope) => {
  const e = g.expression(scope);
  const bytes = g.variable(scope, 'bytes');
  const regexp = g.variable(scope, 'regexp');
  const object = g.variable(scope, 'accessors');
  const options: (() => string)[] = [];
  if (object) options.push(() => `try { ${object}.d = ${e}; } catch (e) { out(e.name); } out(${object}.d, ${object}.text());`);
  if (object && scope.async) options.push(() => `out(await ${object}.later(${e}));`, () => `pending.push(${object}.later(${e}));`);
  if (bytes) options.push(() => `${bytes}[${g.random.below(4)}] = num(${e}); out(${bytes}.join());`, () => `${bytes}.fill(num(${e}), 1, 3); out(${bytes}.join());`);
  if (regexp) options.push(() => `out(String(${regexp}.exec('a1ba2b')), ${regexp}.lastIndex);`, () => `out('a1a2'.replace(${regexp}, (m) => m + num(${g.still(scope)})));`);
  options.push(
    () => {
      const name = g.name('u');
      g.declare(scope, name, 'bytes');
      const view = g.declare(scope, g.name('u'), 'bytes');
      return `const ${name} = new Uint8Array([${e}, 2, 3, 4]), ${view} = ${name}.subarray(1); ${view}[0] = num(${g.expression(scope)}); out(${name}.join());`;
    },
    () => `const ${g.declare(scope, g.name('r'), 'regexp')} = /a(?<n>\\d)?/${g.random.pick(['g', 'y', 'gd'])};`,
    () => {
      const name = g.name('b');
      return `let ${name} = 10n ** 20n + BigInt(num(${e}) | 0); ${name} %= 97n; out(${name});`;
    },
    () => `out(new Date(num(${e}) * 1000).toISOString(), [${e}, , 3].length);`,
  );
  return g.random.pick(options)();
};

export const USES: readonly Maker[] = [generatorUse, generatorUse, resume, resume, resume, iterableUse, walk, walk, stateful, stateful];
