/**
 * Random workflow programs: control flow × closures × awaits × containers × classes × exceptions.
 *
 * Total by construction: every loop is bounded, nothing reads what may be missing without a default. A program is a
 * tree of statements, so that a failing one can be made smaller by leaving statements out.
 */
import { DEFINITIONS, USES } from './generate-definitions.ts';
import { Random } from './random.ts';

/** A statement: text with a hole for each nested block. */
export interface Statement {
  /** Pieces around the blocks: one more than there are blocks. */
  text: string[];
  blocks: Statement[][];
}

type Kind = 'num' | 'arr' | 'map' | 'obj' | 'fn' | 'afn' | 'cell' | 'gen' | 'agen' | 'iter' | 'aiter' | 'class';

interface Variable {
  name: string;
  kind: Kind;
  mutable: boolean;
}

export interface Scope {
  variables: Variable[];
  /** In the function around: may it await, yield; loops and labels to jump to. */
  async: boolean;
  yields: boolean;
  loops: { label: string | null; breakable: boolean }[];
  depth: number;
}

const PRELUDE = `export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;
let log: unknown[] = [];
const out = (...xs: unknown[]) => { log.push(xs.map(String).join(' ')); if (log.length > 400) throw new Error('too much'); };
const num = (x: any): number => (typeof x === 'number' ? x % 1000 | 0 : x == null ? 0 : String(x).length);
class Cell {
  #secret = 1; n = 0; list: number[] = [];
  static made = 0;
  constructor(n: number) { this.n = n; Cell.made++; }
  add(x: number) { this.n = num(this.n + x); this.list.push(this.n); this.#secret += x; return this; }
  get total() { return num(this.#secret + this.n + this.list.length); }
  set total(v: number) { this.#secret = num(v); }
  async slow(x: number) { const before = this.n; this.n = num(before + (await tick(x))); const f = () => this.#secret++; f(); await tick(); return this.total; }
}
const await_ = (x: any): number => { void x.slow(1).catch(() => 0); return x.n; };
class Sub extends Cell {
  extra = new Map<number, number>();
  add(x: number) { this.extra.set(num(x), this.n); return super.add(x + 1); }
  async slow(x: number) { const y = await super.slow(x); this.extra.delete(num(x)); return num(y + this.extra.size); }
}
`;

export class Generator {
  readonly random: Random;
  private names = 0;
  private budget: number;

  constructor(seed: number, budget = 40) {
    this.random = new Random(seed);
    this.budget = budget;
  }

  program(): Statement[] {
    const scope: Scope = {
      variables: [
        { name: 'a', kind: 'num', mutable: true },
        { name: 'arr', kind: 'arr', mutable: true },
        { name: 'map', kind: 'map', mutable: false },
        { name: 'obj', kind: 'obj', mutable: false },
        { name: 'fs', kind: 'fn', mutable: false },
        { name: 'cell', kind: 'cell', mutable: false },
      ].filter((v) => v.name !== 'fs') as Variable[],
      async: true,
      yields: false,
      loops: [],
      depth: 0,
    };
    return this.block(scope, 6 + this.random.below(6));
  }

  // ——— Statements ———

  block(outer: Scope, count: number): Statement[] {
    const scope: Scope = { ...outer, variables: [...outer.variables], depth: outer.depth + 1 };
    const statements: Statement[] = [];
    for (let i = 0; i < count && this.budget > 0; i++) {
      this.budget--;
      statements.push(this.statement(scope));
    }
    return statements;
  }

  private statement(scope: Scope): Statement {
    const { random } = this;
    const simple = scope.depth > 5 || random.chance(0.45);
    if (random.chance(0.3)) return random.pick(simple ? USES : DEFINITIONS)(this, scope);
    return random.pick(simple ? SIMPLE : COMPOUND).call(this, scope);
  }

  /** A name that nothing else has. */
  name(letter: string): string {
    return `${letter}${++this.names}`;
  }

  private fresh(scope: Scope, kind: Kind, mutable: boolean): string {
    // Names come back, so that scopes shadow each other.
    const name = this.random.chance(0.35) ? `x${this.random.below(4)}` : `v${++this.names}`;
    const taken = scope.variables.findIndex((v) => v.name === name);
    if (taken !== -1) {
      // A name may be declared again only in an inner block; the declaration is wrapped there by the caller's block.
      const unique = `v${++this.names}`;
      scope.variables.push({ name: unique, kind, mutable });
      return unique;
    }
    scope.variables.push({ name, kind, mutable });
    return name;
  }

  variable(scope: Scope, kind: Kind): string | null {
    const found = scope.variables.filter((v) => v.kind === kind);
    return found.length > 0 ? this.random.pick(found).name : null;
  }

  mutable(scope: Scope): string | null {
    const found = scope.variables.filter((v) => v.kind === 'num' && v.mutable);
    return found.length > 0 ? this.random.pick(found).name : null;
  }

  declare(scope: Scope): Statement {
    const { random } = this;
    const value = this.expression(scope, 3);
    const keyword = random.pick(['let', 'let', 'const', 'var']);
    if (random.chance(0.15)) {
      const [p, q] = [`v${++this.names}`, `v${++this.names}`];
      scope.variables.push({ name: p, kind: 'num', mutable: true }, { name: q, kind: 'num', mutable: true });
      const pattern = random.pick([
        `[${p} = ${this.expression(scope, 1, [p, q])}, ${q} = 2] = [${value}, undefined]`,
        `{ p: ${p}, q: ${q} = ${this.expression(scope, 1, [p, q])} } = { p: ${value} } as any`,
      ]);
      return line(`let ${pattern};`);
    }
    const name = this.fresh(scope, 'num', keyword !== 'const');
    return line(`${keyword} ${name} = ${value};`);
  }

  assign(scope: Scope): Statement {
    const { random } = this;
    const name = this.mutable(scope);
    if (!name) return this.output(scope);
    switch (random.below(5)) {
      case 0:
        return line(`${name} = num(${this.expression(scope, 3)});`);
      case 1:
        return line(`${name} ${random.pick(['+=', '-=', '^='])} ${this.expression(scope, 2)}; ${name} = num(${name});`);
      case 2:
        return line(`${random.pick([`${name}++`, `--${name}`, `out(${name}++, ${name})`])};`);
      case 3:
        return line(`[${name}, arr[1]] = [num(${this.expression(scope, 2)}), ${name}];`);
      default:
        return line(`${name} ${random.pick(['||=', '&&=', '??='])} ${this.expression(scope, 2)};`);
    }
  }

  output(scope: Scope): Statement {
    return line(`out(${this.expression(scope, 3)});`);
  }

  mutate(scope: Scope): Statement {
    const e = (depth = 2): string => this.expression(scope, depth);
    const arr = this.variable(scope, 'arr') ?? 'arr';
    const cell = this.variable(scope, 'cell') ?? 'cell';
    return line(
      `${this.random.pick([
        `${arr}.push(${e()})`,
        `${arr}.length > 3 && ${arr}.shift()`,
        `${arr}[${arr}.length ? Math.abs(num(${e(1)})) % ${arr}.length : 0] = num(${e()})`,
        `${arr}.splice(${this.random.below(3)}, 1, num(${e()}), ${this.random.below(9)})`,
        `${arr}.sort((p: number, q: number) => p - q)`,
        `${arr}.reverse()`,
        `map.set(num(${e(1)}) % 7, num(${e()}))`,
        `map.delete(num(${e(1)}) % 7)`,
        `map.size > 8 && map.clear()`,
        `obj.k${this.random.below(3)} = num(${e()})`,
        `delete obj.k${this.random.below(3)}`,
        `obj['d' + (num(${e(1)}) % 5)] = ${e(1)}`,
        `${cell}.add(num(${e()}))`,
        `${cell}.total += num(${e(1)})`,
        `obj.deep.self.n = num(obj.deep.self.n + ${e(1)})`,
      ])};`,
    );
  }

  awaiting(scope: Scope): Statement {
    if (!scope.async) return this.mutate(scope);
    const cell = this.variable(scope, 'cell') ?? 'cell';
    const afn = this.variable(scope, 'afn');
    return line(
      `${this.random.pick([
        'await tick()',
        `out(await tick(${this.expression(scope, 2)}))`,
        `out(await ${cell}.slow(num(${this.expression(scope, 1)})))`,
        `out((await Promise.all([tick(${this.expression(scope, 1)}), ${this.expression(scope, 1)}, (async () => { await tick(); return ${this.expression({ ...scope, async: false, yields: false }, 1)}; })()])).join())`,
        ...(afn ? [`out(await ${afn}(${this.expression(scope, 1)}))`, `pending.push(${afn}(${this.expression(scope, 1)}))`] : []),
        `for (const f of fs.splice(0)) out(f())`,
        `out((await Promise.all(pending.splice(0))).join())`,
      ])};`,
    );
  }

  closure(scope: Scope): Statement {
    const inner: Scope = { ...scope, async: false, yields: false, loops: [] };
    const name = this.mutable(scope);
    const effect = name && this.random.chance(0.5) ? `${name} = num(${name} + 1), ` : '';
    return line(`fs.push(() => (${effect}${this.expression(inner, 2)}));`);
  }

  functionStatement(scope: Scope): Statement {
    const isAsync = this.random.chance(0.6);
    const name = `f${++this.names}`;
    const param = `p${this.names}`;
    const inner: Scope = {
      ...scope,
      variables: [...scope.variables, { name: param, kind: 'num', mutable: true }],
      async: isAsync,
      yields: false,
      loops: [],
    };
    const dflt = this.random.chance(0.3) ? ` = ${this.expression({ ...scope, async: false, yields: false }, 1)}` : '';
    const body = this.block(inner, 1 + this.random.below(4));
    body.push(line(`return num(${this.expression(inner, 2)});`));
    scope.variables.push({ name, kind: isAsync ? 'afn' : 'fn', mutable: false });
    const head = this.random.chance(0.5)
      ? [`${isAsync ? 'async ' : ''}function ${name}(${param}: any${dflt}) {`, '}']
      : [`const ${name} = ${isAsync ? 'async ' : ''}(${param}: any${dflt}) => {`, '};'];
    return { text: head, blocks: [body] };
  }

  conditional(scope: Scope): Statement {
    const test = `${this.expression(scope, 2)} > ${this.random.below(20)}`;
    if (this.random.chance(0.5)) return { text: [`if (${test}) {`, '}'], blocks: [this.block(scope, 1 + this.random.below(3))] };
    return {
      text: [`if (${test}) {`, '} else {', '}'],
      blocks: [this.block(scope, 1 + this.random.below(3)), this.block(scope, 1 + this.random.below(2))],
    };
  }

  loop(scope: Scope): Statement {
    const { random } = this;
    const label = random.chance(0.3) ? `L${++this.names}` : null;
    const prefix = label ? `${label}: ` : '';
    const i = `i${++this.names}`;
    const inner: Scope = {
      ...scope,
      variables: [...scope.variables, { name: i, kind: 'num', mutable: false }],
      loops: [...scope.loops, { label, breakable: true }],
    };
    const body = this.block(inner, 1 + random.below(3));
    if (random.chance(0.5)) body.push(line(`fs.push(() => num(${i}) + ${random.below(5)});`));
    const n = 1 + random.below(3);
    const wait = scope.async && random.chance(0.3) ? 'await tick(' : '(';
    const head = random.pick([
      `for (let ${i} = 0; ${wait}${i} < ${n}); ${i}++) {`,
      `for (const ${i} of arr.slice(0, ${n})) {`,
      `for (const [${i}] of [...map].slice(0, ${n})) {`,
      `for (const ${i} of new Set([3, 1, 2])) {`,
      `for (const ${i} in { k: 1, l: 2 }) {`,
      `for (let ${i} = ${n}; ${i}-- > 0; ) {`,
    ]);
    return { text: [prefix + head, '}'], blocks: [body] };
  }

  whileLoop(scope: Scope): Statement {
    const { random } = this;
    const c = `c${++this.names}`;
    const inner: Scope = { ...scope, loops: [...scope.loops, { label: null, breakable: true }] };
    const body = this.block(inner, 1 + random.below(3));
    const test = `${c}++ < ${1 + random.below(3)}`;
    const tested = scope.async && random.chance(0.3) ? `await tick(${test})` : test;
    const text = random.chance(0.7) ? [`let ${c} = 0; while (${tested}) {`, '}'] : [`let ${c} = 0; do {`, `} while (${tested});`];
    return { text, blocks: [body] };
  }

  switchStatement(scope: Scope): Statement {
    const inner: Scope = { ...scope, loops: [...scope.loops, { label: null, breakable: true }] };
    const value = `Math.abs(num(${this.expression(scope, 2)})) % 4`;
    const cases = [0, 1, 2].map(() => this.block({ ...inner, loops: inner.loops }, 1 + this.random.below(2)));
    const stop = (): string => (this.random.chance(0.6) ? 'break;' : '');
    return {
      text: [`switch (${value}) { case 0: {`, `} ${stop()} case 1: {`, `} ${stop()} default: {`, '} }'],
      blocks: cases,
    };
  }

  tryStatement(scope: Scope): Statement {
    const { random } = this;
    const body = this.block(scope, 1 + random.below(3));
    if (random.chance(0.5)) body.push(this.throwing(scope));
    const form = random.below(3);
    const caught = this.block({ ...scope, variables: [...scope.variables] }, 1 + random.below(2));
    const final = this.block(scope, 1 + random.below(2));
    if (form === 0) return { text: ['try {', "} catch (e: any) { out('caught', e.message);", '}'], blocks: [body, caught] };
    if (form === 1) return { text: ['try { try {', "} finally {", "} } catch (e: any) { out('outer', e.message); }"], blocks: [body, final] };
    return { text: ['try {', "} catch (e: any) { out('caught', e.message);", '} finally {', '}'], blocks: [body, caught, final] };
  }

  throwing(scope: Scope): Statement {
    const options = [`if (${this.expression(scope, 1)} > 5) throw new Error('t${this.random.below(9)}');`, '(null as any).boom;'];
    if (scope.async) options.push(`await fail('f${this.random.below(9)}');`);
    return line(this.random.pick(options));
  }

  jump(scope: Scope): Statement {
    const { random } = this;
    const test = `if (${this.expression(scope, 1)} % 3 === ${random.below(3)})`;
    const loop = scope.loops.at(-1);
    if (loop && random.chance(0.8)) {
      const target = random.pick(scope.loops);
      if (target.label && random.chance(0.6)) return line(`${test} ${random.pick(['break', 'continue'])} ${target.label};`);
      return line(`${test} break;`);
    }
    return this.output(scope);
  }

  labelled(scope: Scope): Statement {
    const label = `B${++this.names}`;
    const body = this.block(scope, 1 + this.random.below(2));
    body.push(line(`if (${this.expression(scope, 1)} > 3) break ${label};`), ...this.block(scope, 1));
    return { text: [`${label}: {`, '}'], blocks: [body] };
  }

  // ——— Expressions: numbers, or what `num` makes one of ———

  expression(scope: Scope, depth: number, without: string[] = []): string {
    const { random } = this;
    const visible = { ...scope, variables: scope.variables.filter((v) => !without.includes(v.name)) };
    if (depth <= 0 || random.chance(0.25)) return this.leaf(visible);
    const e = (d = depth - 1): string => this.expression(visible, d);
    const options = [
      () => `num(${e()} ${random.pick(['+', '-', '*', '^'])} ${e()})`,
      () => `(${e()} > ${random.below(10)} ? ${e()} : ${e()})`,
      () => `(${e()} ${random.pick(['&&', '||', '??'])} ${e()})`.replace(/\?\?/g, '??'),
      () => `\`\${${e()}}\${${e()}}\`.length`,
      () => `[${e()}, ...arr.slice(0, 2), ${e()}].length`,
      () => `num((({ p, ...r }: any) => p + Object.keys(r).length)({ p: ${e()}, q: ${e()} }))`,
      () => `(obj?.deep?.self.n ?? ${e()})`,
      () => `num(arr.map((x: number) => x + ${this.leaf(visible)}).reduce((p: number, q: number) => num(p + q), 0))`,
    ];
    const fn = this.variable(visible, 'fn');
    if (fn) options.push(() => `num(${fn}(${e()}))`);
    const gen = this.variable(visible, 'gen');
    if (gen) options.push(() => `num([...${gen}(${e()})].length)`);
    if (visible.yields) options.push(() => `num(yield ${e()})`, () => `(${e()}, yield ${e()})`, () => `num(${e()} + num(yield) + ${e()})`);
    if (visible.async) {
      options.push(() => `(await tick(${e()}))`, () => `num(${e()} + (await tick(${e()})) + ${e()})`, () => `(${e()}, await tick(${e()}))`);
      const afn = this.variable(visible, 'afn');
      if (afn) options.push(() => `num(await ${afn}(${e()}))`);
    }
    return random.pick(options)();
  }

  private leaf(scope: Scope): string {
    const { random } = this;
    const number = this.variable(scope, 'num');
    return random.pick([
      String(random.below(30)),
      ...(number ? [`num(${number})`, `num(${number})`] : []),
      'arr.length',
      'num(arr[0])',
      `num(map.get(${random.below(7)}))`,
      'map.size',
      `num(obj.k${random.below(3)})`,
      'cell.total',
      'Cell.made',
    ]);
  }
}

export const line = (text: string): Statement => ({ text: [text], blocks: [] });

type Maker = (this: Generator, scope: Scope) => Statement;
const P = Generator.prototype;
const SIMPLE: Maker[] = [P.declare, P.assign, P.output, P.mutate, P.mutate, P.awaiting, P.awaiting, P.closure, P.jump];
const COMPOUND: Maker[] = [
  P.conditional,
  P.loop,
  P.loop,
  P.whileLoop,
  P.switchStatement,
  P.tryStatement,
  P.tryStatement,
  P.functionStatement,
  P.functionStatement,
  P.labelled,
];

/** The source of a program. */
export function render(statements: Statement[]): string {
  const lines: string[] = [];
  const write = (statement: Statement, indent: string): void => {
    statement.text.forEach((text, i) => {
      lines.push(indent + text);
      for (const inner of statement.blocks[i] ?? []) write(inner, `${indent}  `);
    });
  };
  for (const statement of statements) write(statement, '  ');
  return `${PRELUDE}
export async function main() {
  log = [];
  let a = 1;
  const arr: any[] = [3, 1, 2];
  const map = new Map<any, any>([[1, 10], [2, 20]]);
  const obj: any = { k0: 1, k1: 2 };
  obj.deep = { n: 1, self: null }; obj.deep.self = obj.deep;
  const fs: Array<() => any> = [];
  const pending: Promise<any>[] = [];
  const cell: any = ${'new (Cell.made % 2 ? Cell : Sub)(5)'};
  try {
${lines.map((text) => `  ${text}`).join('\n')}
  } catch (e: any) { out('top', e.message); }
  for (const p of pending) { try { out(await p); } catch (e: any) { out('p', e.message); } }
  for (const f of fs) out(f());
  out(a, arr.join(), [...map].join('|'), Object.keys(obj).join(), cell.total, cell.list.join());
  return log.join('; ');
}
`;
}

/** Leaves out statements for as long as the program still fails. */
export async function minimise(statements: Statement[], fails: (source: string) => Promise<boolean>): Promise<Statement[]> {
  const lists: Statement[][] = [statements];
  for (let changed = true; changed; ) {
    changed = false;
    lists.length = 0;
    const collect = (list: Statement[]): void => {
      lists.push(list);
      for (const s of list) s.blocks.forEach(collect);
    };
    collect(statements);
    for (const list of lists) {
      for (let i = list.length - 1; i >= 0; i--) {
        const [removed] = list.splice(i, 1);
        if (await fails(render(statements))) {
          changed = true;
          continue;
        }
        list.splice(i, 0, removed!);
        // A compound statement may be replaced by what is in it.
        const inner = removed!.blocks.flat();
        if (inner.length > 0) {
          list.splice(i, 1, ...inner);
          if (await fails(render(statements))) changed = true;
          else list.splice(i, inner.length, removed!);
        }
      }
    }
  }
  return statements;
}
