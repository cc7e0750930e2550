/**
 * Stack traces in source terms: each frame of each error has the line and column that plain Node gives it on the same
 * source, also after the run has been stored and restored.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileFile, runCompiled, type Mode } from './support/harness.ts';

/** Both on one line, so that the others stay where they are. */
const EFFECT = 'export declare function tick<T>(value: T): Promise<T>;\n';
const EFFECT_IN_NODE = 'const tick = (value) => new Promise((resolve) => setImmediate(() => resolve(value)));\n';

/** Programs that print the stacks of errors. They are JavaScript: erasing types would move what follows. */
const PROGRAMS: Record<string, string> = {
  'a sync function': `
    function inner(n) {
      if (n > 1) throw new RangeError('too much');
      return n;
    }
    function outer(n) {
      return 1 +
        inner(n);
    }
    export async function main() {
      try {
        outer(2);
      } catch (error) {
        console.log(error.stack);
      }
    }`,
  'errors of the language': `
    export async function main() {
      const nothing = JSON.parse('null');
      const tries = [
        () => nothing.a.b,
        () => { const five = 5; five(); },
        () => { const x = y; const y = 1; return x + y; },
        () => new Array(-1),
        () => JSON.parse('{'),
        () => (5).toFixed(1000),
      ];
      for (const attempt of tries) {
        try {
          attempt();
        } catch (error) {
          console.log(error.stack);
        }
      }
    }`,
  'async functions across awaits': `
    async function third(n) {
      await tick(1);
      if (n === 3) {
        throw new TypeError('three');
      }
      return n;
    }
    async function second(n) {
      const before = await tick(n);
      return before + (await third(before + 1));
    }
    export async function main() {
      try {
        console.log(await second(2));
      } catch (error) {
        await tick(0);
        console.log(error.stack);
      }
    }`,
  'class methods, constructors, accessors': `
    class Cart {
      items = [];
      constructor(limit) {
        if (limit < 0) throw new RangeError('limit');
      }
      add(n) {
        if (n > 9) throw new Error('big');
        this.items.push(n);
      }
      get total() {
        return this.items.reduce((sum, n) => { if (n === 7) throw new Error('seven'); return sum + n; }, 0);
      }
      async checkout() {
        await tick(1);
        this.add(10);
        return 1;
      }
      static of(n) {
        const cart = new Cart(n);
        return cart;
      }
    }
    export async function main() {
      const report = (error) => console.log(error.stack);
      try { Cart.of(-1); } catch (error) { report(error); }
      const cart = new Cart(1);
      try { cart.add(10); } catch (error) { report(error); }
      cart.add(7);
      await tick(0);
      try { console.log(cart.total); } catch (error) { report(error); }
      try { await cart.checkout(); } catch (error) { report(error); }
    }`,
  'arrows in built-ins': `
    export async function main() {
      const check = (n) => {
        if (n === 2) throw new Error('two');
        return n;
      };
      await tick(1);
      try {
        [1, 2].map((n) => check(n) * 2);
      } catch (error) {
        console.log(error.stack);
      }
      try {
        await Promise.all([1, 2].map(async (n) => {
          await tick(n);
          return check(n);
        }));
      } catch (error) {
        console.log(error.stack);
      }
    }`,
  'functions that are called, and awaited later or never': `
    async function declared(n) {
      console.log(new Error('declared ' + n).stack);
      await tick(n);
    }
    function* generator() {
      console.log(new Error('generator').stack);
      yield 1;
    }
    class Cart {
      async pay() {
        console.log(new Error('pay').stack);
        await tick(1);
      }
      *lines() {
        yield new Error('lines').stack;
      }
    }
    export async function main() {
      const expression = async () => {
        console.log(new Error('expression').stack);
        await tick(1);
      };
      const literal = {
        async method() {
          console.log(new Error('method').stack);
          await tick(1);
        },
      };
      const under = [declared(1), expression(), literal.method(), new Cart().pay()];
      under.push(...[2, 3].map((n) => declared(n)));
      for (const one of generator()) console.log(String(one));
      for (const stack of new Cart().lines()) console.log(stack);
      await Promise.all(under);
    }`,
  'an error that is made in one place and thrown in another': `
    function make() {
      return new Error('made');
    }
    export async function main() {
      const error = make();
      await tick(1);
      try {
        await tick(2);
        throw error;
      } catch (caught) {
        console.log(caught.stack);
      }
    }`,
  'in loops, finally and nested expressions': `
    function fail(n) { throw new Error('fail ' + n); }
    export async function main() {
      for (let i = 0; i < 2; i++) {
        try {
          try {
            console.log((await tick(1)) + fail(i) + (await tick(2)));
          } finally {
            await tick(3);
            if (i === 1)
              fail(9);
          }
        } catch (error) {
          console.log(error.stack);
        }
      }
      switch (await tick(1)) {
        case 1:
          try { await tick(fail(4)); } catch (error) { console.log(error.stack); }
      }
    }`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-maps-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dedent = (source: string): string => source.slice(1).replaceAll(/^ {4}/gm, '');

interface Frame {
  name: string;
  place: string;
}

/** Per error: its first line, and the frames that lie in the module. */
function stacks(lines: string[]): { head: string; frames: Frame[] }[] {
  return lines
    .filter((line) => line.includes('\n    at '))
    .map((line) => {
      const [head = '', ...rest] = line.split('\n');
      const frames = rest.flatMap((text) => {
        const match = /^ {4}at (?:async )?(?:(.*) \()?[^()\s]*\.wf\.(?:ts|mjs):(\d+:\d+)\)?$/.exec(text);
        return match ? [{ name: match[1] ?? '', place: match[2]! }] : [];
      });
      return { head, frames };
    });
}

const places = (found: { head: string; frames: Frame[] }[]): string[] =>
  found.map(({ head, frames }) => [head, ...frames.map((frame) => frame.place)].join(' < '));

describe.each(Object.entries(PROGRAMS))('%s', (name, program) => {
  const source = dedent(program);
  let expected: string[];

  beforeAll(async () => {
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.wf.mjs`);
    writeFileSync(file, `${EFFECT_IN_NODE}${source}`);
    const printed: string[] = [];
    const print = console.log;
    console.log = (line: string) => printed.push(line);
    try {
      await ((await import(file)) as { main: () => Promise<void> }).main();
    } finally {
      console.log = print;
    }
    expected = places(stacks(printed));
  });

  test.each<Mode>(['plain', 'every', 'delta'])('%s', (mode) => {
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.wf.ts`);
    writeFileSync(file, `${EFFECT}${source}`);
    expect(expected.length).toBeGreaterThan(0);
    const actual = stacks(runCompiled(compileFile(file), { mode }));
    expect(places(actual)).toEqual(expected);
  });
});

test('who awaits a function that has thrown at once stands at its await; in Node it stands at the call', () => {
  const file = join(folder, 'at-once.wf.ts');
  writeFileSync(
    file,
    `${EFFECT}async function eager(n: number): Promise<number> {
  if (n > 1) throw new Error('at once');
  return await tick(n);
}
export async function main() {
  try { await eager(2); } catch (error) { console.log((error as Error).stack); }
}
`,
  );
  expect(runCompiled(compileFile(file), { mode: 'plain' })[0]).toBe(
    'Error: at once\n    at eager (at-once.wf.ts:3:20)\n    at async main (at-once.wf.ts:7:9)',
  );
});

test('frames have the names of the source; what has none has its place', () => {
  const file = join(folder, 'names.wf.ts');
  writeFileSync(
    file,
    `${EFFECT}class Cart {
  constructor(n: number) { if (n < 0) throw new Error('limit'); }
  add(): void { throw new Error('add'); }
  get total(): number { throw new Error('total'); }
  async checkout() { await tick(1); return [1].map(() => { throw new Error('in map'); }); }
  static async make() { await tick(1); return new Cart(-1); }
  async #pay() { await tick(1); throw new Error('pay'); }
  async go() { return await this.#pay(); }
}
export async function main() {
  const inner = async () => { await tick(1); throw new Error('inner'); };
  const literal = { async method() { await tick(2); throw new Error('method'); } };
  const cart = new Cart(1);
  const anonymous = (() => async () => { await tick(1); throw new Error('anonymous'); })();
  for (const f of [() => cart.add(), () => cart.total, () => cart.checkout(), () => Cart.make(), () => cart.go(), inner,
    () => literal.method(), anonymous]) {
    try { await f(); } catch (error) { console.log((error as Error).stack); }
  }
}
`,
  );
  const found = stacks(runCompiled(compileFile(file), { mode: 'plain' }));
  expect(found.map(({ head, frames }) => [head, frames[0]!.name, frames.at(-1)!.name])).toEqual([
    ['Error: add', 'Cart.add', 'main'],
    ['Error: total', 'Cart.get total', 'main'],
    ['Error: in map', 'Cart.checkout/map', 'main'],
    ['Error: limit', 'new Cart', 'main'],
    ['Error: pay', 'Cart.#pay', 'main'],
    ['Error: inner', 'main/inner', 'main'],
    ['Error: method', 'main/method', 'main'],
    ['Error: anonymous', 'main/call/call', 'main'],
  ]);
});
