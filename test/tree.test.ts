/**
 * The one way we walk a tree finds all of it: what Babel says are the children of a node, types left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as t from '@babel/types';
import { expect, test } from 'vitest';
import { parseModule } from '../compiler/1-parse/index.ts';
import { children, editChildren, type Node } from '../compiler/ast.ts';
import { Reporter } from '../compiler/report.ts';

const RUN = fileURLToPath(new URL('./run/', import.meta.url));

/** Every construct that a module may have, and that fixtures have not. */
const RARE = `
import value, * as space from './a.wf.ts';
import { type T, named as other } from './b.wf.ts' with { type: 'json' };
export * from './c.wf.ts';
export * as all from './d.wf.ts';
export { other as 'a name' };
export default class<T> extends (value as any)<T> implements U {
  static { label: for (;;) { if (space) continue label; else break label; } }
  declare gone: string;
  #secret?: number = 1;
  static async *[Symbol.iterator]<T>(this: T, ...rest: T[]): AsyncGenerator<T> { yield* rest; debugger; }
  get #x() { return new.target; }
}
export abstract class Shape { abstract area(): number; constructor(private readonly size = 1) {} }
export enum Level { Low = 1, High = Low << 1 }
const { a = 1n, [space.b]: [c, , ...d], ...e } = { a() { return super.toString(); }, get b() { return /x/g; } } satisfies object;
do { var f = async <T,>(x: T) => { for await (const y of x as any) await y; }; } while (!f);
switch (typeof c) { case 'a': case \`b\${d}\`: default: ; }
try { throw e?.[0]?.(...d) ?? value!.f\`x\${1}\`; } catch { a, delete (e as any).f; } finally { let g = { null: null, true: true, this: this }; g; }
for (const h in e) while (h) (c as any)++;
function overload(x: string): void;
function overload(x: any) { 'use strict'; type Local = string; if (x) { x **= 2 } else x ||= <Local>'y'; }
`;

const isType = (field: string): boolean => /^(type\w*|returnType|superType\w*|implements|predicate|variance|mixins|assertions)$/.test(field);

function childrenByBabel(node: Node): Node[] {
  const fields = t.VISITOR_KEYS[node.type]!.filter((field) => !isType(field));
  const values = fields.flatMap((field) => (node as unknown as Record<string, Node | (Node | null)[] | null>)[field] ?? []);
  return values.filter((value) => value !== null);
}

const files = readdirSync(RUN, { recursive: true }).map((name) => join(RUN, String(name))).filter((file, i) => file.endsWith('.wf.ts') && i % 4 === 0);
const sources = [RARE, ...files.map((file) => readFileSync(file, 'utf8'))];

/** By identity: nodes are large. */
const areSame = (found: Node[], expected: Node[]): boolean => found.length === expected.length && expected.every((node) => found.includes(node));

test('children are found, by type of node and by what is there', () => {
  const seen = new Set<string>();
  const wrong = new Set<string>();
  for (const source of sources) {
    const reporter = new Reporter('main.wf.ts');
    const parsed = parseModule(source, reporter);
    expect(reporter.diagnostics.map(({ message }) => message)).toEqual([]);
    const visit = (node: Node): void => {
      seen.add(node.type);
      const expected = childrenByBabel(node);
      const edited: Node[] = [];
      editChildren(node, (child) => {
        edited.push(child);
        return child;
      });
      if (!areSame(children(node), expected) || !areSame(edited, expected)) wrong.add(node.type);
      for (const child of expected) visit(child);
    };
    visit(parsed!.program);
  }
  expect([...wrong]).toEqual([]);
  expect(seen.size).toBeGreaterThan(80);
});
