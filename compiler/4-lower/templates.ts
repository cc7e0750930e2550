/**
 * Tagged templates. A site has one template object (ECMA-262 13.2.8.4 GetTemplateObject), made when the program is
 * instantiated, shared by all runs and stored by name; the rest is a call:
 *
 *     sql`select ${id}`   →   const $template1 = $template('src/order.wf.ts#fulfil/`sql`', ['select ', ''], ['select ', '']);
 *                             sql($template1, id)
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import { calleeName } from '../3-analyse/sites.ts';
import * as b from '../build.ts';
import { lowerCall } from './calls.ts';
import type { Context } from './context.ts';

export function lowerTagged(cx: Context, node: t.TaggedTemplateExpression): t.Expression {
  const object = b.id(templateObject(cx, node), node.quasi);
  TEMPLATE_OBJECTS.add(object);
  return lowerCall(cx, b.call(node.tag, [object, ...(node.quasi.expressions as t.Expression[])], node));
}

const TEMPLATE_OBJECTS = new WeakSet<Node>();

/** Is this name one of ours, which the source does not have? */
export const isTemplateObject = (node: Node): boolean => TEMPLATE_OBJECTS.has(node);

function templateObject(cx: Context, node: t.TaggedTemplateExpression): string {
  const { templates, id } = cx.module.ir;
  const path = `${id}#${cx.info.name === '' ? '' : `${cx.info.name}/`}\`${calleeName(node.tag)}\``;
  const count = templates.filter(({ name }) => name === path || name.startsWith(`${path}#`)).length + 1;
  const emitted = `$template${templates.length + 1}`;
  const { quasis } = node.quasi;
  templates.push({
    emitted,
    name: count === 1 ? path : `${path}#${count}`,
    cooked: quasis.map(({ value }) => value.cooked ?? null),
    raw: quasis.map(({ value }) => value.raw),
  });
  return emitted;
}
