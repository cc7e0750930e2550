/**
 * A workflow module as plain JavaScript, types erased: what `tsc` would make of it, with its effects bound to
 * implementations. This is the oracle of the tests: the same source under plain Node.
 */
import { generate } from '@babel/generator';
import { parseExpression } from '@babel/parser';
import type * as t from '@babel/types';
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
  const body = parsed.program.body.map((statement): t.Statement => {
    if ('source' in statement && statement.source) imports.push(statement.source.value);
    if (statement.type === 'ExportNamedDeclaration' && statement.declaration?.type === 'TSEnumDeclaration') {
      return { ...statement, declaration: plainEnum(statement.declaration) };
    }
    return statement.type === 'TSEnumDeclaration' ? plainEnum(statement) : statement;
  });
  const { code } = generate({ ...parsed.program, body } as t.Program, { comments: false });
  const effects = parsed.effects.map(({ id }) => `export const ${id!.name} = ${effect(id!.name)};`);
  return { code: [...effects, code].join('\n'), imports };
}

/** `const Level = (() => { const $ = {}; const Low = $['Low'] = 1; … return $; })()`. */
function plainEnum(node: t.TSEnumDeclaration): t.VariableDeclaration {
  let previous = '';
  const members = node.members.map((member) => {
    const name = member.id.type === 'Identifier' ? member.id.name : member.id.value;
    const text = JSON.stringify(name);
    const value = member.initializer ? generate(member.initializer).code : previous === '' ? '0' : `${previous} + 1`;
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
