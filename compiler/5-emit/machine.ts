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
import type { GotoNumber, IrBlock, IrLocal, IrMachine } from '../ir.ts';
import { successors } from '../ir.ts';
import { liveness, type Liveness } from '../ir-liveness.ts';
import { frameField, type FunctionManifest } from '../../runtime/abi.ts';
import { closureRecord } from './closure-record.ts';
import { nameFunction } from './units.ts';

export interface EmittedMachine {
  statements: t.Statement[];
  manifest: FunctionManifest;
}

const L = '$L';

/** `$f.$m !== undefined && $touch($f.$m, $f, "$pc")`: a stored frame is written again when it suspends. */
const FRAME_BARRIER = b.logical(
  '&&',
  b.binary('!==', b.member(b.id('$f'), '$m'), b.undef()),
  b.call(b.id('$touch'), [b.member(b.id('$f'), '$m'), b.id('$f'), b.str('$pc')]),
);

/** Frames have room for so many slots, or a multiple of the last: what the driver sees stays polymorphic. */
const FRAME_SIZES = [2, 6, 14, 30];

/** The fields that give a frame with so many slots the hidden class of others. */
function unusedFields(slots: number): string[] {
  const largest = FRAME_SIZES.at(-1)!;
  const size = FRAME_SIZES.find((max) => slots <= max) ?? Math.ceil(slots / largest) * largest;
  return Array.from({ length: size - slots }, (_, i) => frameField(slots + i));
}

export function emitMachine(machine: IrMachine): EmittedMachine {
  return new MachineEmitter(machine).emit();
}

class MachineEmitter {
  private readonly machine: IrMachine;
  private readonly live: Liveness;
  private readonly labels: IrBlock[];
  private readonly numbers = new Map<IrBlock, number>();
  private readonly handlers: IrBlock[];
  private readonly cases: Set<IrBlock>;
  /** Slots of the frame, in the order of its fields: parameters first. */
  private readonly slots: IrLocal[];
  /** The same, by variable. */
  private readonly slotOf: Map<string, IrLocal>;

  constructor(machine: IrMachine) {
    this.machine = machine;
    this.live = liveness(machine);
    const { blocks } = machine;
    this.labels = blocks.filter((block) => block.label);
    this.handlers = [...new Set(blocks.flatMap((block) => (block.handler ? [block.handler] : [])))];
    this.cases = this.jumpTargets();
    this.number();
    const stored = new Set(this.labels.flatMap((block) => this.live.at(block)));
    const entry = new Set(this.live.at(blocks[0]!));
    this.slots = machine.locals.filter((l) => stored.has(l.name) || (l.param && entry.has(l.name)));
    this.slotOf = new Map(this.slots.map((local) => [local.name, local]));
  }

  emit(): EmittedMachine {
    const { machine } = this;
    const code = b.id(`${machine.emitted}$code`);
    return {
      statements: [
        this.enter(),
        this.step(),
        ...this.maker(),
        b.declare('const', [
          [
            code,
            b.call(b.id('$declareMachine'), [
              b.str(machine.id),
              b.str(machine.starts),
              machine.declared || machine.member ? b.nul() : b.id(`${machine.emitted}$make`),
              b.id(`${machine.emitted}$enter`),
              b.id(`${machine.emitted}$step`),
              ...(machine.declared ? [b.id(machine.declared)] : []),
            ]),
          ],
        ]),
      ],
      manifest: this.manifest(),
    };
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

  private numberOf(block: IrBlock): t.NumericLiteral {
    const number = this.numbers.get(block);
    if (number === undefined) throw new Error(`perdure: internal: block ${block.id} of ${this.machine.id} has no number`);
    return b.num(number);
  }

  // ——— The frame ———

  private enter(): t.Statement {
    const { machine } = this;
    const env = machine.env ?? '$0';
    const params = [b.id('$up'), b.id(env), b.id('$this'), ...machine.params.map((name) => b.id(name))];
    const last = params.at(-1) as t.Identifier;
    const formal = machine.rest ? [...params.slice(0, -1), b.rest(last)] : params;
    const values = new Map<string, t.Expression>([
      ['$this', b.id('$this')],
      ...machine.params.map((name): [string, t.Expression] => [name, b.id(name)]),
    ]);
    if (machine.env) values.set(machine.env, b.id(machine.env));
    const literal = b.object([
      b.property('$m', b.undef()),
      b.property('$k', b.id(`${machine.emitted}$code`)),
      b.property('$up', b.id('$up')),
      b.property('$pc', b.num(machine.started ? 1 : 0)),
      ...this.slots.map((l, at) => b.property(frameField(at), (l.param && values.get(l.name)) || b.undef())),
      ...unusedFields(this.slots.length).map((field) => b.property(field, b.undef())),
    ]);
    return b.funcDeclaration(`${machine.emitted}$enter`, formal, b.block([b.ret(literal)]));
  }

  private frameSlot(local: IrLocal): t.MemberExpression {
    return b.member(b.id('$f'), frameField(this.slots.indexOf(local)));
  }

  /** What is live at a block and has a slot. */
  private storedAt(block: IrBlock): IrLocal[] {
    return this.live.at(block).flatMap((name) => this.slotOf.get(name) ?? []);
  }

  private load(block: IrBlock): t.Statement[] {
    return this.storedAt(block).map((local) => b.expr(b.assign(b.id(local.name), this.frameSlot(local))));
  }

  /** A parameter that is never assigned is in the frame already. */
  private spill(resume: IrBlock): t.Statement[] {
    return this.storedAt(resume)
      .filter(({ name, param }) => !param || this.live.assigned.has(name))
      .map((local) => b.expr(b.assign(this.frameSlot(local), b.id(local.name))));
  }

  // ——— The step ———

  private step(): t.Statement {
    const { machine } = this;
    const protects = this.handlers.length > 0;
    const loops = [...this.cases].some((block) => block !== machine.blocks[0] && !block.label);
    const names = [...machine.locals.map((l) => l.name), ...machine.temps, '$s', ...(protects ? ['$x'] : [])];
    const declarations: [string, t.Expression | null][] = names.map((name) => [name, null]);
    if (protects) declarations.push(['$h', b.num(0)]);
    declarations.push(['$pc', b.member(b.id('$f'), '$pc')]);
    const dispatch = b.switchOn(b.id('$pc'), this.switchCases());
    const body: t.Statement = protects ? b.tryCatch(b.block([dispatch]), '$c', this.catching()) : dispatch;
    return b.funcDeclaration(
      `${machine.emitted}$step`,
      [b.id('$f')],
      b.block([b.declare('let', declarations), loops || protects ? b.label(L, b.forever(body)) : body]),
      machineLoc(machine),
    );
  }

  private switchCases(): t.SwitchCase[] {
    const cases: t.SwitchCase[] = [];
    const { blocks } = this.machine;
    let handler: IrBlock | null | undefined;
    blocks.forEach((block, i) => {
      const statements: t.Statement[] = [];
      const isCase = this.cases.has(block);
      if (i === 0 || block.label) statements.push(...this.load(block));
      if (this.handlers.length > 0 && (isCase || block.handler !== handler)) {
        statements.push(b.expr(b.assign(b.id('$h'), b.num(this.handlerNumber(block.handler)))));
      }
      handler = block.handler;
      // One statement of the source can be several here; what it jumps to is noted at the first of them.
      const jumps = block.body.some(({ exits }) => exits.length > 0);
      for (const { node } of block.body) statements.push(jumps ? this.resolveGotos(node) : node);
      statements.push(...this.terminator(block, blocks[i + 1]));
      if (isCase) cases.push(b.caseOf(this.numberOf(block), statements));
      else cases.at(-1)!.consequent.push(...statements);
    });
    return cases;
  }

  private handlerNumber(handler: IrBlock | null): number {
    return handler ? this.handlers.indexOf(handler) + 1 : 0;
  }

  private terminator(block: IrBlock, next: IrBlock | undefined): t.Statement[] {
    const { end } = block;
    switch (end.kind) {
      case 'goto':
        return end.target === next ? [] : this.goto(end.target);
      case 'branch':
        if (end.then === next) return [b.iff(not(end.test), b.block(this.goto(end.else)))];
        if (end.else === next) return [b.iff(end.test, b.block(this.goto(end.then)))];
        return [
          b.expr(b.assign(b.id('$pc'), b.conditional(end.test, this.numberOf(end.then), this.numberOf(end.else)))),
          b.continueTo(L),
        ];
      case 'return':
        return [
          b.expr(b.assign(b.member(b.id('$registers'), 'value'), end.value ?? b.undef())),
          b.ret(b.num(2)),
        ];
      case 'throw':
        return [b.throwing(end.value)];
      case 'suspend':
        return [
          b.expr(b.assign(b.id('$s'), end.operation), end.operation),
          ...this.spill(end.resume),
          b.expr(FRAME_BARRIER),
          b.expr(b.assign(b.member(b.id('$f'), '$pc'), this.numberOf(end.resume))),
          b.ret(b.id('$s')),
        ];
      case 'complete': {
        const { kind, value, throws, exits, normal } = end.completion;
        const cases = [
          ...(throws ? [b.caseOf(b.num(1), [b.throwing(b.id(value))])] : []),
          ...exits.map((exit) =>
            b.caseOf(b.num(exit.kind), exit.go.map((statement) => this.resolveGotos(statement))),
          ),
        ];
        return [
          ...(cases.length ? [b.switchOn(b.id(kind), cases)] : []),
          ...(normal === next ? [] : this.goto(normal)),
        ];
      }
      case 'unreachable':
        return [];
    }
  }

  private goto(target: IrBlock): t.Statement[] {
    return [b.expr(b.assign(b.id('$pc'), this.numberOf(target))), b.continueTo(L)];
  }

  /** Gives jumps inside a statement the numbers of their targets. */
  private resolveGotos<N extends t.Statement>(node: N): N {
    walk(node, (inner) => {
      if (inner.type === 'NumericLiteral' && (inner as GotoNumber).target) {
        inner.value = this.numberOf((inner as GotoNumber).target).value;
      }
    });
    return node;
  }

  /** `switch ($h) { case 1: $pc = 7; break; default: throw $c; } $x = $caught($c);` */
  private catching(): t.Statement[] {
    const cases = this.handlers.map((handler, i) =>
      b.caseOf(b.num(i + 1), [b.expr(b.assign(b.id('$pc'), this.numberOf(handler))), b.breakTo(null)]),
    );
    return [
      b.switchOn(b.id('$h'), [...cases, b.caseOf(null, [b.throwing(b.id('$c'))])]),
      b.expr(b.assign(b.id('$x'), b.call(b.id('$caught'), [b.id('$c')]))),
    ];
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
  private maker(): t.Statement[] {
    const { machine } = this;
    if (machine.member) return [];
    const names = Array.from({ length: machine.length }, (_, i) => b.id(`$a${i}`));
    const rest = machine.rest || machine.params.length > machine.length ? [b.rest(b.id('$as'))] : [];
    const params = [...names, ...rest] as t.Identifier[];
    const args = [...names, ...(rest.length ? [b.spread(b.id('$as'))] : [])];
    const env = machine.env ? b.id(machine.env) : b.undef();
    const self = machine.arrow || !this.slotOf.has('$this') ? b.undef() : b.self();
    const frame = b.call(b.id(`${machine.emitted}$enter`), [b.undef(), env, self, ...args]);
    const local = machine.declared ?? '$fn';
    const start = b.call(b.id(`$${machine.starts}`), machine.starts === 'begin' ? [frame] : [frame, b.id(local)]);
    if (machine.declared) {
      const value = method(machine.publicName, params, b.block([b.ret(start)]));
      return [b.declare('const', [[local, value]])];
    }
    const fn = machine.arrow
      ? nameFunction(b.arrow(params, start), machine.publicName)
      : { statements: [b.declare('const', [[local, method(machine.publicName, params, b.block([b.ret(start)]))]])], name: b.id(local) };
    return [
      b.funcDeclaration(
        `${machine.emitted}$make`,
        machine.env ? [b.id(machine.env)] : [],
        b.block([
          ...fn.statements,
          b.expr(b.call(b.id('$suspendable'), [fn.name, b.str(machine.starts)])),
          b.expr(b.assign(b.index(fn.name, b.id('$codeOf')), closureRecord(machine.emitted, machine.env))),
          b.ret(fn.name),
        ]),
      ),
    ];
  }

  private manifest(): FunctionManifest {
    const { machine } = this;
    return {
      name: machine.name,
      kind: 'machine',
      line: machine.line,
      column: machine.column,
      slots: this.slots.map((l) => l.slot),
      labels: this.labels.map((block) => ({
        name: block.label!.name,
        line: block.label!.line,
        column: block.label!.column,
        live: this.storedAt(block).map(({ slot }) => slot),
      })),
    };
  }
}

function method(name: string, params: t.Identifier[], body: t.BlockStatement): t.Expression {
  const literal = b.object([
    {
      type: 'ObjectMethod',
      kind: 'method',
      key: b.key(name),
      params,
      body,
      computed: false,
      async: false,
      generator: false,
      loc: null,
    } as unknown as t.ObjectMethod,
  ]);
  return b.index(literal, b.str(name));
}

const not = (test: t.Expression): t.Expression =>
  test.type === 'UnaryExpression' && test.operator === '!' ? (test.argument as t.Expression) : b.unary('!', test);

const machineLoc = (machine: IrMachine): { loc: t.Node['loc'] } => {
  const at = { line: machine.line, column: machine.column - 1 };
  return { loc: { start: at, end: at } as t.Node['loc'] };
};
