/**
 * Random control flow: conditions, loops, `switch`, `try`, labelled blocks.
 */
import type { Maker, Scope } from './scope.ts';
import { jump, throws } from './statements.ts';

const conditional: Maker = (g, scope) => {
  const test = `${g.expression(scope, 2)} > ${g.random.below(20)}`;
  const rest = g.random.chance(0.5) ? ` else {\n${g.few(scope)}\n}` : '';
  return `if (${test}) {\n${g.few(scope, 3)}\n}${rest}`;
};

const inLoop = (scope: Scope, label: string | null): Scope => ({ ...scope, targets: [...scope.targets, { label, loop: true }] });

const loop: Maker = (g, scope) => {
  const label = g.random.chance(0.3) ? g.name('L') : null;
  const i = g.name('i');
  const n = 1 + g.random.below(3);
  const wait = scope.async && g.random.chance(0.3) ? 'await tick(' : '(';
  const iterable = g.variable(scope, 'iterable');
  const head = g.random.pick([
    `for (let ${i} = 0; ${wait}${i} < ${n}); ${i}++)`,
    `for (let ${i} = ${n}; ${i}-- > 0; )`,
    `for (let ${i} = 0, f = () => ${i}; ${i} < ${n}; out(f()), ${i}++)`,
    `for (const ${i} of arr.slice(0, ${n}))`,
    `for (const [${i}] of [...map].slice(0, ${n}))`,
    `for (const ${i} of new Set([3, 1, 2]))`,
    `for (const ${i} in { k: 1, l: 2 })`,
    ...(iterable ? [`for (const ${i} of ${iterable})`, `for (const ${i} of ${iterable})`] : []),
  ]);
  const inner = inLoop({ ...scope, variables: [...scope.variables] }, label);
  g.declare(inner, i, 'num');
  const body = [g.few(inner, 3)];
  if (g.random.chance(0.5)) body.push(`fs.push(() => num(${i}) + ${g.random.below(5)});`);
  if (g.random.chance(0.5)) body.push(jump(g, inner));
  return `${label ? `${label}: ` : ''}${head} {\n${body.join('\n')}\n}`;
};

const whileLoop: Maker = (g, scope) => {
  const c = g.name('c');
  const body = g.few(inLoop(scope, null), 3);
  const test = `${c}++ < ${1 + g.random.below(3)}`;
  const tested = scope.async && g.random.chance(0.3) ? `await tick(${test})` : test;
  return `let ${c} = 0; ${g.random.chance(0.7) ? `while (${tested}) {\n${body}\n}` : `do {\n${body}\n} while (${tested});`}`;
};

const switchStatement: Maker = (g, scope) => {
  const label = g.name('S');
  const inner: Scope = { ...scope, targets: [...scope.targets, { label, loop: false }] };
  const wait = scope.async && g.random.chance(0.3) ? 'await tick(2)' : '2';
  const end = (): string => `${g.random.chance(0.6) ? ' break;' : ''}`;
  const cases = ['case 0', 'default', `case ${wait}`].map((head) => `${head}: {\n${g.few(inner)}\n}${end()}`);
  return `${label}: switch (Math.abs(num(${g.expression(scope, 2)})) % 4) {\n${cases.join('\n')}\n}`;
};

const tryStatement: Maker = (g, scope) => {
  const inner: Scope = { ...scope, guarded: true };
  const body = `${g.few(inner, 3)}\n${g.random.chance(0.6) ? throws(g, inner) : ''}`;
  const caught = (): string => g.few(scope);
  // A jump in it takes the place of what was under way.
  const final = (): string => `${g.few(scope)}\n${g.random.chance(0.3) ? jump(g, scope) : ''}`;
  return g.random.pick([
    () => `try {\n${body}\n} catch (e) { out('caught', e?.message);\n${caught()}\n}`,
    () => `try { try {\n${body}\n} finally {\n${final()}\n} } catch (e) { out('outer', e?.message); }`,
    () => `try {\n${body}\n} catch ({ message = 'none' }) { out('caught', message);\n${caught()}\n} finally {\n${final()}\n}`,
    () => `try { try {\n${body}\n} catch (e) {\n${caught()}\nthrow e;\n} } catch (e) { out('again', e?.message); } finally {\n${final()}\n}`,
  ])();
};

const labelled: Maker = (g, scope) => {
  const label = g.name('B');
  const inner: Scope = { ...scope, targets: [...scope.targets, { label, loop: false }] };
  return `${label}: {\n${g.few(inner)}\nif (${g.expression(scope)} > 3) break ${label};\n${g.few(inner, 1)}\n}`;
};

export const CONTROL: readonly Maker[] = [conditional, loop, loop, loop, whileLoop, switchStatement, tryStatement, tryStatement, tryStatement, labelled];
