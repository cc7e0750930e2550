/**
 * Builds a machine: the only code that appends blocks.
 *
 * The builder keeps a current block. `start` makes another one current; terminators close it. Code after a
 * terminator lands in a block that nothing reaches and that `finish` drops.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import { DONE } from '../../runtime/abi.ts';
import * as b from '../build.ts';
import type { Completion, GotoNumber, IrBlock, IrLocal, IrStatement, IrTerminator } from '../ir.ts';
import { successors } from '../ir.ts';
import type { Binding, FunctionInfo } from '../3-analyse/types.ts';
import { mangle, type ModuleLowering } from './context.ts';
import { Finalizer, Jumps } from './jumps.ts';

export class MachineBuilder {
  readonly jumps: Jumps;
  readonly locals: IrLocal[] = [];
  private readonly module: ModuleLowering;
  private readonly blocks: IrBlock[] = [];
  private current: IrBlock;
  private handler: IrBlock | null = null;
  private readonly names = new Map<string, Binding | null>();
  private readonly hoisted = new Map<Binding, string>();
  private readonly slots = new Set<string>();
  private readonly labels = new Map<string, number>();
  private readonly envs = new Set<string>();
  private temps = 0;
  private completions = 0;
  /** Blocks that jumps inside the statement being lowered lead to. */
  private exits: IrBlock[] = [];
  private returning: IrBlock | null = null;

  constructor(module: ModuleLowering, info: FunctionInfo) {
    this.module = module;
    this.jumps = new Jumps(this);
    for (const name of info.foreign) this.names.set(name, null);
    this.current = this.block();
    this.blocks.push(this.current);
  }

  // ——— Blocks ———

  block(): IrBlock {
    return {
      id: -1,
      body: [],
      end: { kind: 'unreachable' },
      handler: this.handler,
      label: null,
      catches: false,
      finalizes: null,
    };
  }

  /** Makes a block current. If the one before has not ended, it goes on here. */
  start(block: IrBlock): void {
    if (!this.ended) this.goto(block);
    block.handler = this.handler;
    this.blocks.push(block);
    this.current = block;
    this.open = true;
  }

  private open = true;

  get ended(): boolean {
    return !this.open;
  }

  private end(terminator: IrTerminator): void {
    if (this.ended) return; // dead code
    this.current.end = terminator;
    this.open = false;
  }

  emit(node: t.Statement): void {
    const exits = this.exits;
    this.exits = [];
    if (this.ended) return;
    const statement: IrStatement = { node, exits };
    this.current.body.push(statement);
  }

  /** Records that the statement being lowered can jump to a block. */
  exit(block: IrBlock): void {
    this.exits.push(block);
  }

  /** Makes statements that will stand elsewhere; their exits belong there, not to the current statement. */
  collectExits(make: () => t.Statement[]): { go: t.Statement[]; exits: IrBlock[] } {
    const outer = this.exits;
    this.exits = [];
    const go = make();
    const { exits } = this;
    this.exits = outer;
    return { go, exits };
  }

  goto(target: IrBlock): void {
    this.end({ kind: 'goto', target });
  }

  branch(test: t.Expression, then: IrBlock, otherwise: IrBlock): void {
    this.end({ kind: 'branch', test, then, else: otherwise });
  }

  return(value: t.Expression | null): void {
    this.end({ kind: 'return', value });
  }

  throw(value: t.Expression): void {
    this.end({ kind: 'throw', value });
  }

  complete(completion: Completion): void {
    this.end({ kind: 'complete', completion });
  }

  /** Ends the block with a suspension and starts the one that resumes. */
  suspend(operation: t.Expression, name: string, at: Node): void {
    const count = (this.labels.get(name) ?? 0) + 1;
    this.labels.set(name, count);
    const resume = this.block();
    resume.label = {
      name: count === 1 ? name : `${name}#${count}`,
      line: at.loc?.start.line ?? 1,
      column: (at.loc?.start.column ?? 0) + 1,
    };
    this.end({ kind: 'suspend', operation, resume });
    this.start(resume);
  }

  /** Everything that `body` starts is protected by `handler`. */
  protect(handler: IrBlock, body: () => void): void {
    const outer = this.handler;
    this.handler = handler;
    // The handler must not cover what came before.
    this.start(this.block());
    body();
    this.handler = outer;
    if (!this.ended) this.start(this.block());
  }

  /** Starts a block that only jumps reach: what stands before does not fall into it. */
  startDead(block: IrBlock): void {
    this.open = false;
    this.start(block);
  }

  /** After a jump in statement form: the rest of the block is dead. */
  endDead(): void {
    this.end({ kind: 'unreachable' });
  }

  /** Starts a block that begins with the exception. */
  startCatch(block: IrBlock): t.Identifier {
    if (!this.ended) throw new Error('perdure: internal: a handler cannot be fallen into');
    block.catches = true;
    this.start(block);
    return b.id('$x');
  }

  /** A finally, with the two variables of its completion record. Without `throws` it is only for jumps. */
  finalizer(normal: IrBlock, throws: boolean): Finalizer {
    const n = ++this.completions;
    return new Finalizer(this.block(), this.local(`$k${n}`), this.local(`$v${n}`), normal, throws);
  }

  /** `{ $pc = n; continue $L; }`: a jump from inside a native statement. */
  jump(target: IrBlock): t.Statement[] {
    this.exit(target);
    const number = b.num(-1) as GotoNumber;
    number.target = target;
    return [b.expr(b.assign(b.id('$pc'), number)), b.continueTo('$L')];
  }

  /** `$registers.value = v; return DONE;` */
  done(value: t.Expression | null): t.Statement[] {
    const register = b.member(this.module.op('registers'), 'value');
    return [b.expr(b.assign(register, value ?? b.undef())), b.ret(b.num(DONE))];
  }

  /** A block that returns what a variable holds, for returns that a native finalizer follows. */
  returnBlock(): { block: IrBlock; value: string } {
    if (!this.returning) {
      this.returning = this.block();
      this.returning.handler = null;
      this.returning.end = { kind: 'return', value: b.id(this.local('$return')) };
    }
    return { block: this.returning, value: '$return' };
  }

  // ——— Variables ———

  /** A variable of the step function. */
  local(name: string, slot = name, param = false): string {
    if (!this.locals.some((l) => l.name === name)) this.locals.push({ name, slot: this.slot(slot), param });
    return name;
  }

  private slot(base: string): string {
    let slot = base;
    for (let n = 2; this.slots.has(slot); n++) slot = `${base}#${n}`;
    this.slots.add(slot);
    return slot;
  }

  /** The variable of an Env of this function's own; its slot is `$env`, `$env#2` … in source order. */
  env(name: string): string {
    this.envs.add(name);
    return this.local(name, '$env');
  }

  /** Is this Env one of the machine's variables, so that it may be older than the statement? */
  hasEnv(name: string): boolean {
    return this.envs.has(name);
  }

  temp(): t.Identifier {
    return b.id(this.local(`$t${++this.temps}`));
  }

  /** Moves a binding out of its native scope: it becomes a variable of the step function. */
  hoist(binding: Binding, param = false): string {
    const known = this.hoisted.get(binding);
    if (known) return known;
    let name = mangle(binding.name);
    const owner = this.names.get(name);
    if (owner !== undefined && owner !== binding) name = this.module.fresh(`${name}$2`);
    this.names.set(name, binding);
    this.hoisted.set(binding, name);
    this.local(name, mangle(binding.name), param);
    return name;
  }

  /** The variable a hoisted binding became; undefined while it is native. */
  localOf(binding: Binding): string | undefined {
    return this.hoisted.get(binding);
  }

  thisLocal(at: Node): t.Identifier {
    return b.id(this.local('$this', 'this', true), at);
  }

  /** The blocks that can be reached, in source order, numbered. */
  finish(): IrBlock[] {
    if (!this.ended) this.return(null);
    if (this.returning) this.blocks.push(this.returning);
    const reached = new Set<IrBlock>();
    const work = [this.blocks[0]!];
    while (work.length) {
      const block = work.pop()!;
      if (reached.has(block)) continue;
      reached.add(block);
      work.push(...successors(block));
      if (block.handler) work.push(block.handler);
    }
    const kept = this.blocks.filter((block) => reached.has(block));
    kept.forEach((block, i) => (block.id = i));
    return kept;
  }
}
