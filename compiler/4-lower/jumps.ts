/**
 * Where `break`, `continue` and `return` go.
 *
 * A stack of the statements around: loops and labels, native or exploded, and the finallys between. A jump is
 * resolved from the inside out. To a native statement it stays what it is. To an exploded one it becomes a jump
 * to a block; if finallys lie between, the innermost gets a completion and goes on from there
 * (ECMA-262 14.15.3).
 */
import type * as t from '@babel/types';
import * as b from '../build.ts';
import type { Completion, IrBlock } from '../ir.ts';
import type { MachineBuilder } from './machine.ts';

type Entry =
  | { kind: 'native'; labels: string[]; breaks: boolean; continues: boolean }
  /** A native `try … finally` or `for … of`: a finalizer, or what closes the iterator, runs between a return and the end of the step. */
  | { kind: 'native-closing' }
  | { kind: 'break'; labels: string[]; target: IrBlock; plain: boolean }
  | { kind: 'continue'; labels: string[]; target: IrBlock }
  | { kind: 'finally'; finalizer: Finalizer };

/** A finally under construction: jumps through it get numbers as they turn up. */
export class Finalizer {
  readonly entry: IrBlock;
  readonly completion: Completion;
  /** Jumps through this finally: what stands for each, and the kind it got. */
  private readonly known: { key: unknown; kind: number }[] = [];

  constructor(entry: IrBlock, kind: string, value: string, normal: IrBlock, throws: boolean) {
    this.entry = entry;
    this.completion = { kind, value, normal, throws, exits: [] };
    entry.finalizes = this.completion;
  }

  kindOf(key: unknown, go: () => { go: t.Statement[]; exits: IrBlock[] }): number {
    const known = this.known.find((k) => k.key === key);
    if (known) return known.kind;
    const kind = key === 'return' ? 2 : 3 + this.known.filter((k) => k.key !== 'return').length;
    this.known.push({ key, kind });
    this.completion.exits.push({ kind, ...go() });
    return kind;
  }
}

export class Jumps {
  private readonly machine: MachineBuilder;
  private stack: Entry[] = [];

  constructor(machine: MachineBuilder) {
    this.machine = machine;
  }

  native<T>(labels: string[], breaks: boolean, continues: boolean, body: () => T): T {
    return this.with({ kind: 'native', labels, breaks, continues }, body);
  }

  nativeClosing<T>(body: () => T): T {
    return this.with({ kind: 'native-closing' }, body);
  }

  breakable(labels: string[], target: IrBlock, plain: boolean, body: () => void): void {
    this.with({ kind: 'break', labels, target, plain }, body);
  }

  continuable(labels: string[], target: IrBlock, body: () => void): void {
    this.with({ kind: 'continue', labels, target }, body);
  }

  finally(finalizer: Finalizer, body: () => void): void {
    this.with({ kind: 'finally', finalizer }, body);
  }

  private with<T>(entry: Entry, body: () => T): T {
    this.stack.push(entry);
    const value = body();
    this.stack.pop();
    return value;
  }

  /** Statements for a `break` or `continue`, or null when it stays native. */
  jump(kind: 'break' | 'continue', label: string | null): t.Statement[] | null {
    const found = this.find(kind, label, this.stack.length - 1);
    return found && this.leave(found.target, found.depth, this.stack.length - 1, found.target);
  }

  private find(kind: 'break' | 'continue', label: string | null, from: number): { target: IrBlock; depth: number } | null {
    for (let i = from; i >= 0; i--) {
      const entry = this.stack[i]!;
      if (entry.kind === 'native') {
        const matches =
          label === null ? (kind === 'break' ? entry.breaks : entry.continues) : entry.labels.includes(label);
        if (matches) return null;
      } else if (entry.kind === kind) {
        const matches = label === null ? entry.kind === 'continue' || entry.plain : entry.labels.includes(label);
        if (matches) return { target: entry.target, depth: i };
      }
    }
    throw new Error(`perdure: internal: ${kind} ${label ?? ''} leads nowhere`);
  }

  /** Goes to a block, through the finallys between the top of the stack and `depth`. */
  private leave(key: unknown, depth: number, from: number, target: IrBlock): t.Statement[] {
    for (let i = from; i > depth; i--) {
      const entry = this.stack[i]!;
      if (entry.kind !== 'finally') continue;
      const { finalizer } = entry;
      const kind = finalizer.kindOf(key, () => this.beyond(() => this.leave(key, depth, i - 1, target)));
      return [this.set(finalizer.completion.kind, b.num(kind)), ...this.machine.jump(finalizer.entry)];
    }
    return this.machine.jump(target);
  }

  /** Statements for a `return`: through the finallys, or out of the function. `value` is evaluated first. */
  return(value: t.Expression | null): t.Statement[] {
    return this.leaveReturn(value, this.stack.length - 1);
  }

  private leaveReturn(value: t.Expression | null, from: number): t.Statement[] {
    for (let i = from; i >= 0; i--) {
      const entry = this.stack[i]!;
      if (entry.kind !== 'finally') continue;
      const { finalizer } = entry;
      const { completion } = finalizer;
      const kind = finalizer.kindOf('return', () => this.beyond(() => this.leaveReturn(b.id(completion.value), i - 1)));
      return [
        this.set(completion.value, value ?? b.undef()),
        this.set(completion.kind, b.num(kind)),
        ...this.machine.jump(finalizer.entry),
      ];
    }
    if (this.stack.some((entry) => entry.kind === 'native-closing')) {
      // What runs then may use the value register: keep the value aside until it has run.
      const { block, value: kept } = this.machine.returnBlock();
      return [this.set(kept, value ?? b.undef()), ...this.machine.jump(block)];
    }
    return this.machine.done(value);
  }

  /** Collects the blocks that statements made outside the current one lead to. */
  private beyond(make: () => t.Statement[]): { go: t.Statement[]; exits: IrBlock[] } {
    return this.machine.collectExits(make);
  }

  private set(name: string, value: t.Expression): t.Statement {
    return b.expr(b.assign(b.id(name), value));
  }

  get insideFinally(): boolean {
    return this.stack.some((entry) => entry.kind === 'finally');
  }
}
