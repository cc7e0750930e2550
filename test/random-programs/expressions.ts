/**
 * Random expressions: numbers, or what `num` makes one of.
 */
import type { Generator } from './generator.ts';
import type { Scope } from './scope.ts';

export function expression(g: Generator, scope: Scope, depth: number): string {
  const { random } = g;
  if (depth <= 0 || random.chance(0.25)) return leaf(g, scope);
  const e = (): string => expression(g, scope, depth - 1);
  const options = [
    () => `num(${e()} ${random.pick(['+', '-', '*', '^'])} ${e()})`,
    () => `(${e()} > ${random.below(10)} ? ${e()} : ${e()})`,
    () => `(${e()} ${random.pick(['&&', '||', '??'])} ${e()})`,
    () => `\`\${${e()}}\${${e()}}\`.length`,
    () => `[${e()}, ...arr.slice(0, 2), ${e()}].length`,
    () => `num((({ p, ...r }) => p + Object.keys(r).length)({ p: ${e()}, q: ${e()} }))`,
    () => `(obj?.deep?.self.n ?? ${e()})`,
    () => `num(arr.map((x) => x + ${leaf(g, scope)}).at(-1))`,
    () => `tag\`a\${${e()}}b\${${e()}}\`.length`,
    () => `num({ p: ${e()}, get q() { return this.p + ${leaf(g, scope)}; } }.q)`,
    () => `num(Math.max(...[${e()}, ${e()}], ${e()}))`,
  ];
  const fn = g.variable(scope, 'fn');
  if (fn) options.push(() => `num(${fn}(${e()}))`, () => `num(${fn}?.(...[${e()}, ${e()}]))`);
  const gen = g.variable(scope, 'gen');
  if (gen) options.push(() => `num([...${gen}(${e()})].length)`, () => `num(Math.max(0, ...${gen}(${e()})))`);
  const iterable = g.variable(scope, 'iterable');
  if (iterable) options.push(() => `num(new Set(${iterable}).size)`);
  if (scope.yields) options.push(() => `num(yield ${e()})`, () => `(${e()}, yield ${e()})`, () => `num(${e()} + num(yield) + ${e()})`);
  if (scope.async) {
    options.push(() => `(await tick(${e()}))`, () => `num(${e()} + (await tick(${e()})) + ${e()})`, () => `(${e()}, await tick(${e()}))`);
    const afn = g.variable(scope, 'afn');
    if (afn) options.push(() => `num(await ${afn}(${e()}))`, () => `num(${e()} + (await ${afn}(${e()})))`, () => `num(await ${called(g, afn, e)})`);
    const cell = g.variable(scope, 'cell') ?? 'cell';
    options.push(() => `num(await ${cell}${random.pick(['.slow', "['sl' + 'ow']", '?.slow', '.slow?.'])}(${random.pick([e(), `...[num(${e()})]`])}))`);
  }
  return random.pick(options)();
}

/** An async function called in one of the ways there are: most have a frame of their own, and no promise. */
const called = (g: Generator, afn: string, e: () => string): string =>
  g.random.pick([
    () => `${afn}(...[${e()}, ${e()}])`,
    () => `${afn}?.(${e()})`,
    () => `${afn}.call(${e()}, ${e()})`,
    () => `${afn}.apply(obj, [${e()}])`,
    () => `${afn}.bind(null, ${e()})()`,
    () => `(0, ${afn})(await tick(${e()}), ${e()})`,
    () => `({ m: ${afn} }).m(${e()})`,
    () => `(async (z) => { await tick(z); return num(await ${afn}(z)) + z; })(${e()})`,
  ])();

function leaf(g: Generator, scope: Scope): string {
  const { random } = g;
  const number = g.variable(scope, 'num');
  return random.pick([
    String(random.below(30)),
    ...(number ? [`num(${number})`, `num(${number})`, `num(${number})`] : []),
    'arr.length',
    'num(arr[0])',
    `num(map.get(${random.below(7)}))`,
    'map.size',
    `num(obj.k${random.below(3)})`,
    'cell.total',
    'Cell.made',
    'num(obj[key])',
  ]);
}
