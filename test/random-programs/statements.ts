/**
 * Random statements that have no blocks: declarations, patterns, writes, outputs, and waits.
 */
import type { Generator } from './generator.ts';
import type { Maker, Scope } from './scope.ts';

const declaration: Maker = (g, scope) => {
  const value = g.expression(scope, 3);
  const keyword = g.random.pick(['let', 'let', 'const', 'var']);
  const name = keyword === 'var' ? g.name('v') : g.shadowing(scope);
  g.declare(scope, name, 'num', keyword !== 'const');
  return `${keyword} ${name} = ${value};`;
};

const assignment: Maker = (g, scope) => {
  const name = g.mutable(scope);
  if (!name) return declaration(g, scope);
  return g.random.pick([
    () => `${name} = num(${g.expression(scope, 3)});`,
    () => `${name} ${g.random.pick(['+=', '-=', '^='])} ${g.expression(scope, 2)}; ${name} = num(${name});`,
    () => `${g.random.pick([`${name}++`, `--${name}`, `out(${name}++, ${name})`])};`,
    () => `[${name}, arr[1]] = [num(${g.expression(scope, 2)}), ${name}];`,
    () => `${name} ${g.random.pick(['||=', '&&=', '??='])} ${g.expression(scope, 2)};`,
  ])();
};

const output: Maker = (g, scope) => `out(${g.expression(scope, 3)}, ${g.expression(scope, 1)});`;

/** A write to one of the containers that a program begins with. */
const mutation: Maker = (g, scope) => {
  const e = (depth = 2): string => g.expression(scope, depth);
  const arr = g.variable(scope, 'arr') ?? 'arr';
  const cell = g.variable(scope, 'cell') ?? 'cell';
  return `${g.random.pick([
    () => `${arr}.push(${e()})`,
    () => `${arr}.length > 3 && ${arr}.shift()`,
    () => `${arr}[${arr}.length ? Math.abs(num(${e(1)})) % ${arr}.length : 0] = num(${e()})`,
    () => `${arr}.splice(${g.random.below(3)}, 1, num(${e()}), ${g.random.below(9)})`,
    () => `${arr}.sort((p, q) => p - q)`,
    () => `${arr}.reverse()`,
    () => `${arr}.length > 6 && (${arr}.length = 4)`,
    () => `map.set(num(${e(1)}) % 7, num(${e()}))`,
    () => `map.delete(num(${e(1)}) % 7)`,
    () => `map.size > 8 && map.clear()`,
    () => `obj.k${g.random.below(3)} = num(${e()})`,
    () => `delete obj.k${g.random.below(3)}`,
    () => `obj['d' + (num(${e(1)}) % 5)] = ${e(1)}`,
    () => `obj[key] = num(${e()})`,
    () => `Object.assign(obj, { k1: ${e(1)}, ['d' + ${g.random.below(4)}]: ${e(1)} })`,
    () => `${cell}.add(num(${e()}))`,
    () => `${cell}.total += num(${e(1)})`,
    () => `weak.set(${cell}, num(${e(1)}) + num(weak.get(cell)))`,
    () => `obj.deep.self.n = num(obj.deep.self.n + ${e(1)})`,
  ])()};`;
};

/** Changes of containers so large that only their changes are stored: several in one step, of places that move. */
const largeMutation: Maker = (g, scope) => {
  const { random } = g;
  const e = (): string => `num(${g.expression(scope)})`;
  const at = (): number => random.below(40);
  const change = (): string =>
    random.pick([
      () => `big.push(${e()}, ${e()})`,
      () => 'big.pop()',
      () => 'big.shift()',
      () => `big.unshift(${e()})`,
      () => `big.splice(${at()}, ${random.below(4)}, ${random.pick(['', `${e()}`, `${e()}, 7`])})`.replace(', )', ')'),
      () => `big[${at()}] = ${e()}`,
      () => `big[big.length${random.pick(['', ' + 2'])}] = ${e()}`,
      () => `big.length = ${20 + random.below(30)}`,
      () => `delete big[${at()}]`,
      () => random.pick(['big.reverse()', 'big.sort()', `big.fill(${e()}, ${at()}, ${at()})`, `big.copyWithin(${at()}, ${at()}, ${at()})`]),
      () => `[big[${at()}], big[${at()}]] = [${e()}, big[0]]`,
      () => `table.set(${random.pick([`${at()}`, e()])}, ${e()})`,
      () => `table.delete(${at()})`,
      () => `table.size > 45 && table.clear()`,
      () => `dict.k${at()} = ${e()}`,
      () => `delete dict.k${at()}`,
      () => `dict['k' + ${e()}] = ${e()}`,
      () => `Object.defineProperty(dict, 'k${at()}', { value: ${e()}, enumerable: ${random.chance(0.5)}, configurable: true, writable: true })`,
    ])();
  return `${Array.from({ length: 1 + random.below(3) }, change).join('; ')};`;
};

/** A wait, or several at once. */
const wait: Maker = (g, scope) => {
  if (!scope.async) return mutation(g, scope);
  const cell = g.variable(scope, 'cell') ?? 'cell';
  const afn = g.variable(scope, 'afn');
  const e = (depth = 1): string => g.expression(scope, depth);
  const task = (): string => `(async () => { await tick(); return ${g.still(scope)}; })()`;
  const combined = (): string => `[tick(${e()}), ${e()}, ${task()}${g.random.chance(0.3) ? `, fail('c${g.random.below(9)}')` : ''}]`;
  return `${g.random.pick([
    () => 'await tick()',
    () => `out(await tick(${e(2)}))`,
    () => `out(await ${cell}.slow(num(${e()})))`,
    () => `out((await Promise.all(${combined()})).join())`,
    () => `out(await Promise.race([${task()}, tick(${e()})]))`,
    () => `out(await Promise.any(${combined()}).then((x) => num(x) + ${g.still(scope)}))`,
    () => `out((await Promise.allSettled(${combined()})).map((s) => s.value ?? s.reason.message).join())`,
    () => `pending.push(${task()}.then((x) => { out('then', x); return tick(x); }).finally(() => tick(${g.still(scope)})))`,
    ...(afn ? [() => `out(await ${afn}(${e()}))`, () => `pending.push(${afn}(${e()}))`] : []),
    () => `out((await Promise.all(pending.splice(0))).join())`,
  ])()};`;
};

/** What a wait brings is an exception, caught near or far. */
const failure: Maker = (g, scope) => {
  if (!scope.async) return thrown(g, scope);
  const value = g.expression(scope);
  const n = g.random.below(9);
  return g.random.pick([
    () => guarded(g, scope, `out(await (num(${value}) % 3 === 1 ? fail('m${n}') : tick(${value})));`),
    () => `out(await fail('c${n}').catch((e) => e.message + num(${g.still(scope)})));`,
    () => `try { out([await tick(1), await fail('l${n}'), out('never')].length); } catch (e) { out(e.message, ${g.expression(scope)}); }`,
    () => `for (const x of [1, 2, 3]) { try { if (x === 2) { await fail('b${n}'); } out(await tick(x)); } catch { break; } finally { out('f', await tick(x)); } }`,
  ])();
};

/** Most exceptions that nothing around would catch are caught at once: they would end the program. */
const guarded = (g: Generator, scope: Scope, statement: string): string =>
  scope.guarded || g.random.chance(0.1) ? statement : `try { ${statement} } catch (e) { out('near', e?.message); }`;

export const throws = (g: Generator, scope: Scope): string =>
  g.random.pick([
    () => `if (${g.expression(scope)} > 5) throw new Error('t${g.random.below(9)}');`,
    () => 'null.boom;',
    () => `if (${g.expression(scope)} > 9) throw ${g.expression(scope)};`,
    ...(scope.async ? [() => `await fail('f${g.random.below(9)}');`, () => `await fail('f${g.random.below(9)}');`] : []),
  ])();

const thrown: Maker = (g, scope) => guarded(g, scope, throws(g, scope));

const closure: Maker = (g, scope) => {
  const name = g.mutable(scope);
  const effect = name && g.random.chance(0.5) ? `${name} = num(${name} + 1), ` : '';
  return `fs.push(() => (${effect}${g.still(scope, 2)}));`;
};

const called: Maker = () => 'for (const f of fs.splice(0)) out(f());';

/** Patterns: nested, with defaults that may wait, over arrays, objects and generators, declared and assigned. */
const pattern: Maker = (g, scope) => {
  const [p, q, r] = [g.name('d'), g.name('d'), g.name('d')];
  const e = (): string => g.expression(scope);
  const source = g.variable(scope, 'iterable');
  const gen = g.variable(scope, 'gen');
  const mutable = g.mutable(scope);
  const form = g.random.pick([
    () => `let { x: ${p} = ${e()}, y: [${q} = ${e()}, , ...${r}] = [1, 2, 3] } = { x: ${g.random.pick([e(), 'undefined'])} };`,
    () => `let [${p} = ${e()}, [${q}] = [${e()}], ...${r}] = [undefined, undefined, ${e()}];`,
    () => `let { [\`k\${${e()} % 2}\`]: ${p} = ${e()}, ...${r} } = obj; let ${q} = Object.keys(${r}).length;`,
    () => `let ${p}, ${q}, ${r}; [${p}, { z: ${q} = ${e()} }, ${r} = 4] = [${e()}, {}, undefined];`,
    () => `let ${p} = 0, ${q} = 0, ${r} = 0; for (const { a: x = ${e()}, b = x } of [{}, { a: 1 }, { a: 2, b: 3 }]) { ${p} += num(x); ${q} += num(b); ${r}++; }`,
    () => `let ${p} = ${e()}, ${q}, ${r}; ({ ['k' + (num(${p}) % 3)]: ${q} = ${e()}, [${e()}]: ${r} = ${p} } = obj);`,
    () => `let [{ length: ${p} }, ${q} = ${p}, ${r} = ${q}] = ['abc', ...[undefined, ${e()}]];`,
    ...(gen ? [() => `let [${p} = ${e()}, , ${q} = ${e()}, ...${r}] = ${gen}(${e()});`] : []),
    ...(source ? [() => `let [${p} = ${e()}, ${q} = ${e()}] = ${source}, ${r}; ({ [${p}]: ${r} = ${e()} } = map);`] : []),
    ...(mutable ? [() => `let ${p}, ${q} = 0, ${r} = 0; [arr[0], obj.k1, ${mutable}, cell.total] = [${e()}, ${e()}, ${e()}, ${e()}]; ${p} = num(arr[0]);`] : []),
  ])();
  for (const name of [p, q]) g.declare(scope, name, 'num', true);
  return `${form} out(num(${p}), num(${q}), show(${r}));`;
};

const yielded: Maker = (g, scope) => {
  if (!scope.yields) return pattern(g, scope);
  const inner = g.variable(scope, scope.async && g.random.chance(0.5) ? 'agen' : 'gen') ?? g.variable(scope, 'iterable');
  const value = g.expression(scope);
  const delegated = inner && /^g/.test(inner) ? `${inner}(${value})` : inner;
  return `${g.random.pick([`yield ${value}`, `out(yield ${value})`, `yield* [1, ${value}]`, ...(delegated ? [`yield* ${delegated}`, `out(num(yield* ${delegated}))`] : [])])};`;
};

/** Out of a loop, a labelled block or a function. */
export const jump: Maker = (g, scope) => {
  const test = `if (${g.expression(scope)} % 3 === ${g.random.below(3)})`;
  if (scope.returns && (scope.targets.length === 0 || g.random.chance(0.3))) return `${test} return num(${g.expression(scope)});`;
  const loops = scope.targets.filter(({ loop }) => loop);
  const labelled = scope.targets.filter(({ label }) => label !== null);
  if (labelled.length > 0 && g.random.chance(0.6)) {
    const target = g.random.pick(labelled);
    return `${test} ${target.loop ? g.random.pick(['break', 'continue']) : 'break'} ${target.label};`;
  }
  // Within a `switch`, one of them leaves it and the other is the loop's.
  if (loops.length > 0) return `${test} ${g.random.pick(['break', 'continue'])};`;
  return output(g, scope);
};

export const STATEMENTS: readonly Maker[] = [
  declaration, assignment, output, mutation, mutation, largeMutation, largeMutation, wait, wait, wait, failure, closure, called, pattern, pattern, yielded, yielded, jump,
];
