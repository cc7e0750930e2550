/**
 * Programs that end: changed at random, most loops do not.
 */
import { generate } from '@babel/generator';
import { parse } from '@babel/parser';
import { VISITOR_KEYS } from '@babel/types';

const STEPS_MAX = 1000;

/**
 * The source with a count in every loop and function, so that it ends; null if it cannot be parsed. The count is one
 * for compiled and plain code alike.
 */
export function guard(source: string): string | null {
  let file;
  try {
    file = parse(source, { sourceType: 'module', plugins: ['typescript'], allowAwaitOutsideFunction: true });
  } catch {
    return null;
  }
  interface Body {
    type: string;
    body: unknown;
  }
  const count = (): unknown => parse('guardSteps();').program.body[0];
  const visit = (node: { type: string; [field: string]: unknown }): void => {
    const body = node.body as Body | undefined;
    const isLoop = /^(For\w*|While|DoWhile)Statement$/.test(node.type);
    const isFunction = /^(Function(Declaration|Expression)|ArrowFunctionExpression|(Object|Class|ClassPrivate)Method)$/.test(node.type);
    if ((isLoop || isFunction) && body) {
      if (body.type === 'BlockStatement') (body.body as unknown[]).unshift(count());
      else if (isLoop) node.body = { type: 'BlockStatement', body: [count(), body], directives: [] };
      else node.body = { type: 'SequenceExpression', expressions: [(count() as { expression: unknown }).expression, body] };
    }
    for (const key of VISITOR_KEYS[node.type] ?? []) {
      const value = node[key];
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (child) visit(child as typeof node);
    }
  };
  visit(file.program as unknown as { type: string });
  const { code } = generate(file, { comments: false });
  return `let guardedSteps = 0;\n${code}\nfunction guardSteps() { if (++guardedSteps > ${STEPS_MAX}) throw new RangeError('too many steps'); }\n`;
}
