/**
 * IR as text: what `perdure explain --stage ir` shows.
 *
 *     machine fulfil (order)                                  src/order.wf.ts:12:1
 *       slots order, undo
 *       b0:
 *           undo = [];
 *           suspend $call($f, reserve, undefined, [order], "reserve") → b1
 *       b1 at reserve, holds order, undo:
 *           …
 */
import type * as t from '@babel/types';
import type { GotoNumber, IrBlock, IrMachine, IrModule, IrTerminator, IrUnit } from './ir.ts';
import { children, type Node } from './ast.ts';
import { liveness } from './ir-liveness.ts';
import { printProgram } from './print/index.ts';

export function printIr(ir: IrModule): string {
  const parts = [`module ${ir.id}`];
  if (ir.imports.length) parts.push(`  imports ${ir.imports.join(', ')}`);
  if (ir.effects.length) parts.push(`  effects ${ir.effects.join(', ')}`);
  if (ir.channels.length) parts.push(`  channels ${ir.channels.join(', ')}`);
  if (ir.queries.length) parts.push(`  queries ${ir.queries.join(', ')}`);
  if (ir.slots.length) parts.push(`  slots ${ir.slots.map((s) => s.name).join(', ')}`);
  if (ir.shared.length) parts.push('', 'shared', indent(code(ir.shared)));
  if (ir.init.length) parts.push('', 'init', indent(code(ir.init)));
  for (const unit of ir.units) parts.push('', printUnit(unit, ir.id));
  return `${parts.join('\n')}\n`;
}

function printUnit(unit: IrUnit, file: string): string {
  const place = `${file}:${unit.line}:${unit.column}`;
  const env = unit.env ? ` over ${unit.env}` : '';
  switch (unit.kind) {
    case 'function':
      return `function ${unit.name}${env}  (${place})\n${indent(code([...unit.prologue, expression(unit.value)]))}`;
    case 'class':
      return `class ${unit.name}${env}  (${place})\n${indent(code([...unit.prologue, expression(unit.value)]))}`;
    case 'machine':
      return printMachine(unit, place, env);
  }
}

function printMachine(machine: IrMachine, place: string, env: string): string {
  const live = liveness(machine);
  const slotOf = new Map(machine.locals.map((l) => [l.name, l.slot]));
  const lines = [`machine ${machine.name} (${machine.params.join(', ')})${env}  (${place})`];
  for (const block of machine.blocks) {
    const held = live.at(block).map((name) => slotOf.get(name) ?? name);
    const label = block.label ? ` at ${block.label.name}, holds ${held.join(', ') || 'nothing'}` : '';
    const handler = block.handler ? ` else b${block.handler.id}` : '';
    lines.push(`  b${block.id}${label}${handler}:`);
    for (const { node } of block.body) lines.push(indent(code([node]), 6));
    lines.push(`      ${printEnd(block.end)}`);
  }
  return lines.join('\n');
}

function printEnd(end: IrTerminator): string {
  switch (end.kind) {
    case 'goto':
      return `goto b${end.target.id}`;
    case 'branch':
      return `if ${inline(end.test)} goto b${end.then.id} else b${end.else.id}`;
    case 'return':
      return end.value ? `return ${inline(end.value)}` : 'return';
    case 'throw':
      return `throw ${inline(end.value)}`;
    case 'suspend':
      return `suspend ${inline(end.operation)} → b${end.resume.id}`;
    case 'complete': {
      const { kind, value, throws, exits, normal } = end.completion;
      const cases = [...(throws ? [`1: throw ${value}`] : []), ...exits.map((exit) => `${exit.kind}: ${code(exit.go).replaceAll('\n', ' ')}`)];
      return `complete ${kind} { ${[...cases, `else: goto b${normal.id}`].join('; ')} }`;
    }
    case 'unreachable':
      return 'unreachable';
  }
}

const expression = (value: t.Expression): t.Statement => ({ type: 'ExpressionStatement', expression: value }) as t.Statement;

/** Source text; jumps to blocks show as `$pc = b7`. */
function code(statements: t.Statement[]): string {
  const targets: { node: GotoNumber; value: number; target: IrBlock }[] = [];
  const collect = (node: Node): void => {
    if (node.type === 'NumericLiteral' && (node as GotoNumber).target) {
      const goto = node as GotoNumber;
      targets.push({ node: goto, value: goto.value, target: goto.target });
      // Printed as a number that no source has, then renamed.
      goto.value = 900_000_000 + goto.target.id;
    }
    for (const child of children(node)) collect(child);
  };
  statements.forEach(collect);
  const text = printProgram(statements).replace(/9000*(\d+)\b/g, (whole, id: string) =>
    whole.length === 9 ? `b${Number(id)}` : whole,
  );
  for (const { node, value } of targets) node.value = value;
  return text;
}

const inline = (value: t.Expression): string => code([expression(value)]).replace(/;$/, '').replaceAll(/\s*\n\s*/g, ' ');

const indent = (text: string, by = 2): string => text.replaceAll(/^/gm, ' '.repeat(by));
