/**
 * The emitted machine.
 *
 * A suspendable function becomes two functions: `enter`, which makes its frame, and `step`, which runs it from
 * where it stands to the next suspension. The frame is an object literal with its slots by position, in one of
 * four sizes, so frames have four hidden classes: the driver sees those of all functions, and stays polymorphic
 * (measured with a class for each function, 16 functions that call each other: 1.5× the time). The manifest has
 * the names, which are the source's. `step` keeps the variables in native locals: it loads what is live where it
 * resumes and spills what is live where it suspends. Code between two suspensions is the source's, whole, loops
 * and all (measured: 1.0× plain Node in await-free loops; a switch of single statements 2.7–3.2×).
 *
 *     async function fulfil(order) {             function fulfil$1$enter($up, $0, $this, order) {
 *       const undo = [];                           return { $m: undefined, $k: fulfil$1$code, $up, $pc: 0,
 *       try {                                               $0: order, $1: undefined };
 *         const r = await reserve(order);        }
 *         undo.push(r);                          function fulfil$1$step($f) {
 *       } catch (error) {                          let order, undo, r, error, $1, $s, $x, $h = 0, $pc = $f.$pc;
 *         return undo;                             $L: for (;;) try {
 *       }                                            switch ($pc) {
 *     }                                                case 0: order = $f.$0;
 *                                                        undo = [];
 *                                                        $h = 1;
 *                                                        $s = $call($f, reserve, undefined, [order]);
 *                                                        $f.$1 = undo;
 *                                                        $f.$pc = 1; return $s;
 *                                                      case 1: undo = $f.$1; $h = 1;
 *                                                        r = $take();
 *                                                        …
 *                                                        $pc = 3; continue $L;
 *                                                      case 2: $h = 0; error = $x; …
 *                                                    }
 *                                                  } catch ($c) {
 *                                                    switch ($h) { case 1: $pc = 2; break; default: throw $c; }
 *                                                    $x = $caught($c);
 *                                                  }
 *                                                }
 *
 * `$pc` in a frame is 0 at the entry and n at the n-th label; numbers above are jump targets inside one step and
 * never stored. The handler of the code that runs is `$h`, set where a block with another handler begins: a
 * static table from label to handler, unrolled into the code.
 */
import type * as t from '@babel/types';
import { walk } from '../ast.ts';
import * as b from '../build.ts';
import type { Completion, GotoNumber, IrBlock, IrLocal, IrMachine } from '../ir.ts';
import { successors } from '../ir.ts';
import { liveness, type Liveness } from '../ir-liveness.ts';
import { NOWHERE, printLine, printStatements, quote, type Writer } from '../print/index.ts';
import { DONE, frameField, type FunctionManifest } from '../../runtime/abi.ts';
import { closureRecord, emitNamed, keyOf } from './units.ts';

/** The label of the loop round the cases. */
const L = '$L';

/** Frames have room for so many slots, or a multiple of the last: what the driver sees stays polymorphic. */
const FRAME_SIZES = [2, 6, 14, 30];

/** The fields that give a frame with so many slots the hidden class of others. */
function unusedFields(slots: number): string[] {
  const largest = FRAME_SIZES.at(-1)!;
  const size = FRAME_SIZES.find((max) => slots <= max) ?? Math.ceil(slots / largest) * largest;
  return Array.from({ length: size - slots }, (_, i) => frameField(slots + i));
}

/** A variable that lives across suspensions, and the field of the frame that holds it. */
interface Slot extends IrLocal {
  field: string;
}

export function emitMachine(w: Writer, machine: IrMachine): FunctionManifest {
  return new MachineEmitter(w, machine).emit();
}

class MachineEmitter {
  private readonly w: Writer;
  private readonly machine: IrMachine;
  private readonly live: Liveness;
  private readonly labels: IrBlock[];
  private readonly numbers = new Map<IrBlock, number>();
  private readonly handlers: IrBlock[];
  private readonly cases: Set<IrBlock>;
  /** By variable, in the order of the frame's fields: parameters first. */
  private readonly slots: Map<string, Slot>;
  /** What is live at the entry and at each label, and has a slot. */
  private readonly stored: Map<IrBlock, Slot[]>;

  constructor(w: Writer, machine: IrMachine) {
    this.w = w;
    this.machine = machine;
    this.live = liveness(machine);
    const { blocks } = machine;
    this.labels = blocks.filter((block) => block.label);
    this.handlers = [...new Set(blocks.flatMap((block) => (block.handler ? [block.handler] : [])))];
    this.cases = this.jumpTargets();
    this.number();
    const entry = blocks[0]!;
    const live = new Map([entry, ...this.labels].map((block) => [block, this.live.at(block)]));
    const kept = new Set(this.labels.flatMap((block) => live.get(block)!));
    const atEntry = new Set(live.get(entry));
    const slots = machine.locals.filter((l) => kept.has(l.name) || (l.param && atEntry.has(l.name)));
    this.slots = new Map(slots.map((local, i) => [local.name, { ...local, field: frameField(i) }]));
    this.stored = new Map(Array.from(live, ([block, names]) => [block, names.flatMap((name) => this.slots.get(name) ?? [])]));
  }

  emit(): FunctionManifest {
    const { machine, w } = this;
    const { emitted, declared } = machine;
    this.enter();
    this.step();
    if (!machine.member) this.maker();
    const make = declared || machine.member ? 'null' : `${emitted}$make`;
    const parts = [quote(machine.id), quote(machine.starts), make, `${emitted}$enter`, `${emitted}$step`, ...(declared ? [declared] : [])];
    w.line(`const ${emitted}$code = $declareMachine(${parts.join(', ')});`);
    return this.manifest();
  }

  // ——— Layout ———

  /** Blocks that something jumps to, rather than falls into. */
  private jumpTargets(): Set<IrBlock> {
    const { blocks } = this.machine;
    const targets = new Set<IrBlock>([blocks[0]!, ...this.labels, ...this.handlers]);
    blocks.forEach((block, i) => {
      const next = blocks[i + 1];
      for (const target of successors(block)) if (target !== next) targets.add(target);
      // Jumps inside statements always go by number.
      for (const statement of block.body) for (const exit of statement.exits) targets.add(exit);
      if (block.end.kind === 'complete') for (const exit of block.end.completion.exits) for (const e of exit.exits) targets.add(e);
      if (block.end.kind === 'suspend') targets.add(block.end.resume);
    });
    return targets;
  }

  private number(): void {
    const { blocks } = this.machine;
    this.numbers.set(blocks[0]!, 0);
    this.labels.forEach((block, i) => this.numbers.set(block, i + 1));
    let next = this.labels.length + 1;
    for (const block of blocks) {
      if (this.cases.has(block) && !this.numbers.has(block)) this.numbers.set(block, next++);
    }
  }

  private numberOf(block: IrBlock): number {
    const number = this.numbers.get(block);
    if (number === undefined) throw new Error(`perdure: internal: block ${block.id} of ${this.machine.id} has no number`);
    return number;
  }

  // ——— The frame ———

  private enter(): void {
    const { machine, w } = this;
    const { emitted, env, params, rest, started } = machine;
    const given = new Set(['$this', ...params, env]);
    const last = params.length - 1;
    const formal = ['$up', env ?? '$0', '$this', ...params.map((name, i) => (rest && i === last ? `...${name}` : name))];
    const fields = Array.from(this.slots.values(), ({ name, param, field }) => `${field}: ${param && given.has(name) ? name : 'undefined'}`);
    const unused = unusedFields(fields.length).map((field) => `${field}: undefined`);
    const frame = ['$m: undefined', `$k: ${emitted}$code`, '$up', `$pc: ${started ? 1 : 0}`, ...fields, ...unused];
    w.open(`function ${emitted}$enter(${formal.join(', ')}) {`, NOWHERE);
    w.line(`return { ${frame.join(', ')} };`);
    w.close();
  }

  private load(block: IrBlock): void {
    for (const { name, field } of this.stored.get(block)!) this.w.line(`${name} = $f.${field};`);
  }

  /** A parameter that is never assigned is in the frame already. */
  private spill(resume: IrBlock): void {
    for (const { name, field, param } of this.stored.get(resume)!) {
      if (!param || this.live.assigned.has(name)) this.w.line(`$f.${field} = ${name};`);
    }
  }

  // ——— The step ———

  private step(): void {
    const { machine, w } = this;
    const protects = this.handlers.length > 0;
    const loops = [...this.cases].some((block) => block !== machine.blocks[0] && !block.label);
    const variables = [...machine.locals.map((l) => l.name), ...machine.temps, '$s', ...(protects ? ['$x', '$h = 0'] : []), '$pc = $f.$pc'];
    w.open(`function ${machine.emitted}$step($f) {`, { line: machine.line, column: machine.column - 1 });
    w.line(`let ${variables.join(', ')};`);
    const again = loops || protects ? `${L}: for (;;) ` : '';
    if (protects) {
      w.open(`${again}try {`);
      w.open('switch ($pc) {');
    } else {
      w.open(`${again}switch ($pc) {`);
    }
    this.switchCases();
    w.close();
    if (protects) this.catching();
    w.close();
  }

  private switchCases(): void {
    const { blocks } = this.machine;
    let handler: IrBlock | null | undefined;
    blocks.forEach((block, i) => {
      const isCase = this.cases.has(block);
      if (i > 0 && isCase) this.w.dedent();
      if (isCase) this.w.open(`case ${this.numberOf(block)}:`);
      if (i === 0 || block.label) this.load(block);
      if (this.handlers.length > 0 && (isCase || block.handler !== handler)) this.w.line(`$h = ${this.handlerNumber(block.handler)};`);
      handler = block.handler;
      // One statement of the source can be several here; what it jumps to is noted at the first of them.
      const jumps = block.body.some(({ exits }) => exits.length > 0);
      for (const { node } of block.body) printStatements(this.w, [jumps ? this.resolveGotos(node) : node]);
      this.terminator(block, blocks[i + 1]);
    });
    this.w.dedent();
  }

  private handlerNumber(handler: IrBlock | null): number {
    return handler ? this.handlers.indexOf(handler) + 1 : 0;
  }

  private terminator(block: IrBlock, next: IrBlock | undefined): void {
    const { w } = this;
    const { end } = block;
    switch (end.kind) {
      case 'goto':
        if (end.target !== next) this.goto(end.target);
        break;
      case 'branch':
        if (end.then === next) this.gotoIf(not(end.test), end.else);
        else if (end.else === next) this.gotoIf(end.test, end.then);
        else {
          printLine(w, '$pc = ', b.conditional(end.test, b.num(this.numberOf(end.then)), b.num(this.numberOf(end.else))), ';');
          w.line(`continue ${L};`);
        }
        break;
      case 'return':
        printLine(w, '$registers.value = ', end.value ?? 'undefined', ';');
        w.line(`return ${DONE};`);
        break;
      case 'throw':
        printLine(w, 'throw ', end.value, ';');
        break;
      case 'suspend':
        printLine(w, '$s = ', end.operation, ';');
        this.spill(end.resume);
        // A stored frame is written again when it suspends.
        w.line('$f.$m !== undefined && $touch($f.$m, $f, "$pc");');
        w.line(`$f.$pc = ${this.numberOf(end.resume)};`);
        w.line('return $s;');
        break;
      case 'complete':
        this.complete(end.completion);
        if (end.completion.normal !== next) this.goto(end.completion.normal);
        break;
      case 'unreachable':
        break;
    }
  }

  private complete({ kind, value, throws, exits }: Completion): void {
    if (!throws && exits.length === 0) return;
    const { w } = this;
    w.open(`switch (${kind}) {`);
    if (throws) {
      w.open('case 1:');
      w.line(`throw ${value};`);
      w.dedent();
    }
    for (const exit of exits) {
      w.open(`case ${exit.kind}:`);
      printStatements(w, exit.go.map((statement) => this.resolveGotos(statement)));
      w.dedent();
    }
    w.close();
  }

  private goto(target: IrBlock): void {
    this.w.line(`$pc = ${this.numberOf(target)};`);
    this.w.line(`continue ${L};`);
  }

  private gotoIf(test: t.Expression, target: IrBlock): void {
    printLine(this.w, 'if (', test, ') {');
    this.w.indent();
    this.goto(target);
    this.w.close();
  }

  /** Gives jumps inside a statement the numbers of their targets. */
  private resolveGotos<N extends t.Statement>(node: N): N {
    walk(node, (inner) => {
      if (inner.type === 'NumericLiteral' && (inner as GotoNumber).target) inner.value = this.numberOf((inner as GotoNumber).target);
    });
    return node;
  }

  /** `} catch ($c) { switch ($h) { case 1: $pc = 7; break; default: throw $c; } $x = $caught($c); }` */
  private catching(): void {
    const { w } = this;
    w.dedent();
    w.open('} catch ($c) {');
    w.open('switch ($h) {');
    this.handlers.forEach((handler, i) => w.line(`case ${i + 1}: $pc = ${this.numberOf(handler)}; break;`));
    w.line('default: throw $c;');
    w.close();
    w.line('$x = $caught($c);');
    w.close();
  }

  // ——— The function from outside ———

  /**
   * No machine is a constructor, so its function is made as an arrow or a method:
   *
   *     function pages$1$make($e3) {
   *       const $fn = { pages(n) { return $generate(pages$1$enter(undefined, $e3, this, n), $fn); } }.pages;
   *       $suspendable($fn, 'generate');
   *       $fn[$codeOf] = new $Closure(pages$1$code, $e3);
   *       return $fn;
   *     }
   */
  private maker(): void {
    const { machine, w } = this;
    const { emitted, env, declared, starts } = machine;
    if (declared) {
      this.method(declared);
      return;
    }
    w.open(`function ${emitted}$make(${env ?? ''}) {`, NOWHERE);
    const local = machine.arrow ? this.arrow() : this.method('$fn');
    w.line(`$suspendable(${local}, ${quote(starts)});`);
    w.line(`${local}[$codeOf] = ${closureRecord(emitted, env)};`);
    w.line(`return ${local};`);
    w.close();
  }

  private arrow(): string {
    const passed = this.passed();
    return emitNamed(this.w, `(${passed}) => ${this.start('undefined', passed, '$fn')}`, this.machine.publicName);
  }

  private method(local: string): string {
    const { machine, w } = this;
    const passed = this.passed();
    const self = this.slots.has('$this') ? 'this' : 'undefined';
    w.open(`const ${local} = { ${keyOf(machine.publicName)}(${passed}) {`, NOWHERE);
    w.line(`return ${this.start(self, passed, local)};`);
    w.close(`} }[${quote(machine.publicName)}];`);
    return local;
  }

  /** What a call makes of a new frame: `$begin(pages$1$enter(undefined, $e3, this, $a0))`. */
  private start(self: string, args: string, local: string): string {
    const { emitted, env, starts } = this.machine;
    const frame = `${emitted}$enter(${['undefined', env ?? 'undefined', self, ...(args ? [args] : [])].join(', ')})`;
    return `$${starts}(${frame}${starts === 'begin' ? '' : `, ${local}`})`;
  }

  /** Parameters that count for the length, and all others: as they are declared and as they are handed on. */
  private passed(): string {
    const { length, rest, params } = this.machine;
    const names = Array.from({ length }, (_, i) => `$a${i}`);
    return [...names, ...(rest || params.length > length ? ['...$as'] : [])].join(', ');
  }

  private manifest(): FunctionManifest {
    const { machine } = this;
    return {
      name: machine.name,
      kind: 'machine',
      line: machine.line,
      column: machine.column,
      slots: Array.from(this.slots.values(), ({ slot }) => slot),
      labels: this.labels.map((block) => ({
        name: block.label!.name,
        line: block.label!.line,
        column: block.label!.column,
        live: this.stored.get(block)!.map(({ slot }) => slot),
      })),
    };
  }
}

const not = (test: t.Expression): t.Expression =>
  test.type === 'UnaryExpression' && test.operator === '!' ? (test.argument as t.Expression) : b.unary('!', test);
