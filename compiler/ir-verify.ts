/**
 * Checks the invariants of `ir.ts`. A breach is a bug of the compiler and says so.
 */
import { OPERATIONS } from '../runtime/abi.ts';
import { successors, type IrBlock, type IrMachine, type IrModule } from './ir.ts';

export function verifyIr(ir: IrModule): void {
  const ids = new Set<string>();
  for (const unit of ir.units) {
    assert(!ids.has(unit.id), `${unit.id} is lowered twice`);
    ids.add(unit.id);
    if (unit.kind === 'machine') verifyMachine(unit);
  }
  for (const name of ir.operations) assert(name in OPERATIONS, `operation ${name} is not in the ABI`);
}

function verifyMachine(machine: IrMachine): void {
  const where = (block: IrBlock): string => `${machine.id}, block ${block.id}`;
  const known = new Set(machine.blocks);
  const labels = new Set<string>();
  const names = new Set<string>();
  for (const local of machine.locals) {
    assert(!names.has(local.name), `${machine.id} has two variables ${local.name}`);
    names.add(local.name);
  }
  assert(machine.blocks.length > 0, `${machine.id} has no blocks`);
  for (const block of machine.blocks) {
    for (const next of successors(block)) assert(known.has(next), `${where(block)} leads to a block that is not there`);
    if (block.handler) {
      assert(known.has(block.handler), `${where(block)} has a handler that is not there`);
      assert(block.handler.catches, `${where(block)} has a handler that does not take the exception`);
    }
    if (block.end.kind === 'suspend') assert(block.end.resume.label !== null, `${where(block)} resumes without a label`);
    if (block.label) {
      assert(!labels.has(block.label.name), `${machine.id} has two labels ${block.label.name}`);
      labels.add(block.label.name);
    }
  }
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`perdure: internal: the IR is wrong: ${message}. Please report this.`);
}
