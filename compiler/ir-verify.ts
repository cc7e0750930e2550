/**
 * Checks the invariants of `ir.ts`. A breach is a bug of the compiler and says so.
 */
import { OPERATIONS } from '../runtime/abi.ts';
import { successors, type IrMachine, type IrModule } from './ir.ts';

export function verifyIr(ir: IrModule): void {
  const ids = new Set<string>();
  for (const unit of ir.units) {
    if (ids.has(unit.id)) breach(`${unit.id} is lowered twice`);
    ids.add(unit.id);
    if (unit.kind === 'machine') verifyMachine(unit);
  }
  for (const name of ir.operations) if (!(name in OPERATIONS)) breach(`operation ${name} is not in the ABI`);
}

function verifyMachine(machine: IrMachine): void {
  const known = new Set(machine.blocks);
  const labels = new Set<string>();
  const names = new Set<string>();
  for (const { name } of machine.locals) {
    if (names.has(name)) breach(`${machine.id} has two variables ${name}`);
    names.add(name);
  }
  if (machine.blocks.length === 0) breach(`${machine.id} has no blocks`);
  for (const block of machine.blocks) {
    const { end, handler, label } = block;
    const wrong = (what: string): never => breach(`${machine.id}, block ${block.id} ${what}`);
    for (const next of successors(block)) if (!known.has(next)) wrong('leads to a block that is not there');
    if (handler && !known.has(handler)) wrong('has a handler that is not there');
    if (handler && !handler.catches) wrong('has a handler that does not take the exception');
    if (end.kind === 'suspend' && end.resume.label === null) wrong('resumes without a label');
    if (label && labels.has(label.name)) wrong(`has a label that another has: ${label.name}`);
    if (label) labels.add(label.name);
  }
}

function breach(what: string): never {
  throw new Error(`perdure: internal: the IR is wrong: ${what}. Please report this.`);
}
