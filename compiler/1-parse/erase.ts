/**
 * A workflow module as plain JavaScript, types erased: what `tsc` would make of it, with its effects bound to
 * implementations. This is the oracle of the tests: the same source under plain Node.
 */
import type * as t from '@babel/types';
import { walk, type Node } from '../ast.ts';
import { parseExpression } from '../babel.ts';
import { printExpression, printProgram } from '../print/index.ts';
import { Reporter } from '../report.ts';
import { parseModule } from './index.ts';

export interface ErasedModule {
  code: string;
  imports: string[];
}

/** `effect(name)` is an expression for the implementation of an effect. Throws SyntaxError. */
export function eraseModule(source: string, effect: (name: string) => string): ErasedModule {
  const reporter = new Reporter('module');
  const parsed = parseModule(source, reporter);
  if (!parsed) throw new SyntaxError(reporter.diagnostics[0]?.message ?? 'cannot parse');
  const imports: string[] = [];
  for (const statement of parsed.program.body) {
    if ('source' in statement && statement.source) imports.push(statement.source.value);
  }
  eraseEnums(parsed.program);
  const code = printProgram(parsed.program.body);
  const effects = parsed.effects.map(({ id }) => `export const ${id!.name} = ${effect(id!.name)};`);
  return { code: [...effects, code].join('\n'), imports };
}

function eraseEnums(program: t.Program): void {
  walk(program, (node) => {
    if (node.type === 'ExportNamedDeclaration' && node.declaration?.type === 'TSEnumDeclaration') {
      node.declaration = plainEnum(node.declaration);
    }
    const lists = node.type === 'SwitchCase' ? [node.consequent] : 'body' in node ? [node.body] : [];
    for (const list of lists as unknown[]) {
      if (!Array.isArray(list)) continue;
      for (const [i, item] of (list as Node[]).entries()) if (item.type === 'TSEnumDeclaration') list[i] = plainEnum(item);
    }
  });
}

/** `const Level = (() => { const $ = {}; const Low = $['Low'] = 1; … return $; })()`. */
function plainEnum(node: t.TSEnumDeclaration): t.VariableDeclaration {
  let previous = '';
  const members = node.members.map((member) => {
    const name = member.id.type === 'Identifier' ? member.id.name : member.id.value;
    const text = JSON.stringify(name);
    const value = member.initializer ? printExpression(member.initializer) : previous === '' ? '0' : `${previous} + 1`;
    previous = `$[${text}]`;
    const bind = /^[A-Za-z_]\w*$/.test(name) ? `const ${name} = ` : '';
    return `${bind}$[${text}] = ${value}; if (typeof $[${text}] === 'number') $[$[${text}]] = ${text};`;
  });
  const init = parseExpression(`(() => { const $ = {}; const ${node.id.name} = $; ${members.join(' ')} return $; })()`);
  return {
    type: 'VariableDeclaration',
    kind: 'const',
    declarations: [{ type: 'VariableDeclarator', id: node.id, init }],
  } as t.VariableDeclaration;
}
