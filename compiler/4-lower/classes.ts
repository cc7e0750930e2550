/**
 * Classes. A class is a unit: its synchronous members stay inside, native, where `#private` and `super` work;
 * its asynchronous methods are machines outside, with a stub in their place.
 *
 * The maker of a class is called with the heritage and the computed keys, which the code around evaluates:
 *
 *     class Cart extends Base { #sum = 0; async pay() { … } }
 *   → Cart$make($e3, Base)
 *
 *     function Cart$make($e3, $heritage, $keys, $scope) {
 *       return class Cart extends $heritage {
 *         static { $defineClass(this, Cart$code, $e3, $scope, { heritage: $heritage, keys: $keys },
 *                               [['pay', 'method', false, '…#Cart.pay']],
 *                               { '#sum': { get: (o) => o.#sum, set: …, has: … } }); }
 *         #sum = 0;
 *         constructor(…) { if ($restoring.on) { super(...arguments); return; } … }
 *         pay() { return $begin(Cart$pay$enter(undefined, $e3, this)); }
 *       };
 *     }
 *
 * `$restoring.on` is set while the codec runs `new Cart()` for an object with the right hidden class: then
 * constructors return at once and initialisers that run user code are left out.
 */
import type * as t from '@babel/types';
import { staticKey, type ClassNode, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { ClassInfo, PrivateMember, Scope } from '../3-analyse/types.ts';
import { touch } from './barriers.ts';
import { Context, definitionEnv, envName, mangle, slotName, Unit } from './context.ts';
import { lower } from './expressions.ts';
import { isHarmless } from './harmless.ts';
import { declareLets, lowerFunction, lowerParamsAndBody } from './functions.ts';
import { hold } from './operands.ts';
import { enterScope, envLiteral } from './scopes.ts';
import { lowerStatements } from './statements.ts';

type Member = t.ClassBody['body'][number];

/** An expression that evaluates a class here. */
export function lowerClass(cx: Context, node: ClassNode, name?: string): t.Expression {
  const record = cx.analysis.classes.get(node)!;
  const { info } = record;
  const unit = new Unit(info, definitionEnv(info, cx.analysis), false);
  const keyed = node.body.body.filter(hasDynamicKey);
  const outerScope = cx.analysis.scopes.get(node.body)!;
  const enter = outerScope.env ? enterHeritage(cx, node, outerScope) : [];
  const [heritage, ...keys] = heritageAndKeys(cx, node, keyed);

  const classCx = new Context(cx.module, unit, info);
  const lowering = new ClassLowering(classCx, node, record, keyed);
  const value = lowering.lower();
  const emitted = cx.module.unitName(info);
  const scopeEnv: t.Statement[] = record.scope.env
    ? [
        b.declare('const', [
          [envName(record.scope), b.logical('??', b.id('$scope'), envLiteral(classCx, record.scope))],
        ]),
      ]
    : [];
  cx.module.ir.units.push({
    kind: 'class',
    id: info.id,
    name: info.name,
    emitted,
    env: unit.envParam,
    line: node.loc?.start.line ?? 1,
    column: (node.loc?.start.column ?? 0) + 1,
    value,
    prologue: [...unit.prologue(), ...scopeEnv, ...(lowering.hasGenerators ? [b.declare('let', [['$methods', null]])] : [])],
    publicName: node.id?.name ?? name ?? '',
  });
  const env = unit.needsEnv ? cx.envFor(unit) : b.undef();
  return b.seq([...enter, b.call(b.id(`${emitted}$make`), [env, heritage ?? b.undef(), b.array(keys as t.Expression[])], node)]);
}

/**
 * `$e3 = { C: tdz }`, for closures in the heritage and the keys that mention the class: its definition sets it. An
 * `await` among them may store it, so it is marked before.
 */
function enterHeritage(cx: Context, node: ClassNode, scope: Scope): t.Expression[] {
  const env = b.id(envName(scope));
  const make = b.assign(env, envLiteral(cx, scope));
  if (cx.machine) cx.machine.env(envName(scope));
  else cx.lets.add(envName(scope));
  if (!cx.suspends(node)) return [make];
  cx.machine!.emit(b.expr(make));
  return [...scope.bindings.values()].map((binding) => touch(cx, env, b.str(slotName(binding.name)), 'env'));
}

/** A method that stands in the place of the class's own `name`. */
const isStaticName = (member: Member): boolean => member.type === 'ClassMethod' && !!member.static && staticKey(member) === 'name';

/** A field of the instances. */
const isField = (member: Member): member is t.ClassProperty | t.ClassPrivateProperty =>
  (member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty') && !member.static;

const hasDynamicKey = (member: Member): boolean =>
  'computed' in member && member.computed === true && staticKey({ key: member.key as Node, computed: true }) === undefined;

/** Heritage first, then the keys in order, each a property key at its turn (ECMA-262 15.7.14). */
function heritageAndKeys(cx: Context, node: ClassNode, keyed: Member[]): (t.Expression | null)[] {
  const nodes = keyed.map((member) => (member as t.ClassMethod).key as t.Expression);
  const last = nodes.findLastIndex((key) => cx.suspends(key));
  let heritage = node.superClass ? lower(cx, node.superClass) : null;
  if (heritage && last !== -1) heritage = hold(cx, heritage, node.superClass!);
  const keys = nodes.map((key, i) => {
    const lowered = b.call(cx.op('toKey'), [lower(cx, key)]);
    return i < last ? hold(cx, lowered) : lowered;
  });
  return [heritage, ...keys];
}

class ClassLowering {
  private readonly cx: Context;
  private readonly node: ClassNode;
  private readonly record: ClassInfo;
  private readonly keyed: Member[];
  /** The first field whose initialiser may call a closure that uses the constructor's `this`. */
  private readonly early: Member | null;
  /** `[key, kind, static, id]` of every method, for its code record. */
  private readonly methods: t.Expression[] = [];
  /** Some method needs to know itself. */
  hasGenerators = false;

  constructor(cx: Context, node: ClassNode, record: ClassInfo, keyed: Member[]) {
    this.cx = cx;
    this.node = node;
    this.record = record;
    this.keyed = keyed;
    this.early = this.findEarly();
  }

  private findEarly(): Member | null {
    const { body } = this.node.body;
    const constructor = body.find((m) => m.type === 'ClassMethod' && m.kind === 'constructor');
    const info = constructor && this.cx.analysis.functions.get(constructor);
    if (!info || !this.node.superClass) return null;
    const scope = this.cx.analysis.paramScopes.get(info.node) ?? info.scope;
    if (scope.bindings.get('<this>')?.storage !== 'env') return null;
    return body.find((m) => isField(m) && m.value != null && !isHarmless(m.value)) ?? null;
  }

  lower(): t.ClassExpression {
    const { node } = this;
    const members = node.body.body.map((member) => this.member(member));
    const body = [this.definition(), ...members];
    return {
      type: 'ClassExpression',
      id: node.id ? b.id(mangle(node.id.name), node.id) : null,
      superClass: node.superClass ? b.id('$heritage') : null,
      body: { type: 'ClassBody', body, loc: null },
      loc: node.loc,
      decorators: null,
    } as unknown as t.ClassExpression;
  }

  /** `static { $e7.Cart = this; $defineClass(this, …); }`, before any other static element. */
  private definition(): t.StaticBlock {
    const { cx, record } = this;
    const statements: t.Statement[] = [];
    const { outerSelf } = record;
    if (outerSelf.storage === 'env') statements.push(b.expr(b.assign(b.member(cx.env(outerSelf.scope), slotName(outerSelf.name)), b.self())));
    if (record.scope.env) {
      const slot = b.member(b.id(envName(record.scope)), slotName(record.self.name));
      if (record.self.storage === 'env') statements.push(b.expr(b.assign(slot, b.self())));
    }
    const name = this.node.id?.name;
    if (name !== undefined && mangle(name) !== name && !this.node.body.body.some(isStaticName)) {
      statements.push(b.expr(b.call(cx.op('rename'), [b.self(), b.str(name)])));
    }
    const env = cx.unit.needsEnv ? b.id(cx.unit.envParam!) : b.undef();
    const code = b.id(`${cx.module.unitName(record.info)}$code`);
    const scope = record.scope.env ? b.id(envName(record.scope)) : b.undef();
    const privates = b.object([...record.privates.values()].map((p) => this.accessors(p)));
    const define = b.call(cx.op('defineClass'), [b.self(), code, env, scope, this.evaluation(), b.array(this.methods), privates]);
    statements.push(b.expr(this.hasGenerators ? b.assign(b.id('$methods'), define) : define));
    return staticBlock(statements);
  }

  /** What the class was evaluated with, for when it is evaluated again. */
  private evaluation(): t.Expression {
    return b.object([b.property('heritage', b.id('$heritage')), b.property('keys', b.id('$keys'))]);
  }

  /** `'#sum': { get: (o) => o.#sum, set: (o, v) => { o.#sum = v; }, has: (o) => #sum in o }`; the id of a taken method. */
  private accessors(member: PrivateMember): t.ObjectProperty {
    const o = b.id('o');
    const v = b.id('v');
    const place = b.privateMember(o, member.name);
    const has = { type: 'BinaryExpression', operator: 'in', left: place.property, right: o, loc: null };
    const parts = [
      ...(member.hasGetter ? [b.property('get', b.arrow([o], place))] : []),
      ...(member.kind === 'field' || member.hasSetter
        ? member.kind === 'method'
          ? []
          : [b.property('set', b.arrow([o, v], b.block([b.expr(b.assign(place, v))])))]
        : []),
      b.property('has', b.arrow([o], has as unknown as t.BinaryExpression)),
      b.property('kind', b.str(member.static ? `static ${member.kind}` : member.kind)),
      ...(member.kind === 'method' && member.isTaken ? [b.property('id', b.str(this.idOf(member)))] : []),
    ];
    return b.property(`#${member.name}`, b.object(parts));
  }

  private idOf({ name }: PrivateMember): string {
    const method = this.node.body.body.find((m) => m.type === 'ClassPrivateMethod' && m.key.id.name === name);
    return this.cx.analysis.functions.get(method!)!.id;
  }

  private key(member: Member): { key: t.Expression; computed: boolean; text: t.Expression } {
    const source = member as t.ClassMethod;
    if (hasDynamicKey(member)) {
      const key = b.index(b.id('$keys'), b.num(this.keyed.indexOf(member)));
      return { key, computed: true, text: key };
    }
    return {
      key: source.key as t.Expression,
      computed: source.computed === true,
      text: b.str(staticKey({ key: source.key as Node, computed: source.computed === true }) ?? ''),
    };
  }

  private member(member: Member): Member {
    switch (member.type) {
      case 'ClassMethod':
      case 'ClassPrivateMethod':
        return this.method(member);
      case 'ClassProperty':
      case 'ClassPrivateProperty':
        return this.field(member);
      case 'StaticBlock':
        return this.staticBlock(member);
      default:
        throw new Error(`perdure: internal: cannot lower class member ${member.type}`);
    }
  }

  private method(member: t.ClassMethod | t.ClassPrivateMethod): Member {
    const info = this.cx.analysis.functions.get(member)!;
    const name = staticKey({ key: member.key, computed: 'computed' in member && member.computed === true }) ?? '';
    const key = member.type === 'ClassMethod' ? this.key(member) : null;
    if (key && member.kind !== 'constructor') {
      this.methods.push(
        b.array([key.text, b.str(member.kind), b.bool(!!member.static), b.str(info.id)]),
      );
    }
    const fields = key ? { key: key.key, computed: key.computed } : {};
    if (info.suspendable) {
      return b.copy(member, { ...fields, ...this.stub(info, member, name), async: false, generator: false } as never);
    }
    const cx = new Context(this.cx.module, this.cx.unit, info);
    const isConstructor = member.kind === 'constructor';
    const derived = isConstructor && this.node.superClass != null;
    cx.derivedConstructor = derived;
    cx.freshThis = isConstructor && !derived;
    cx.bindsEarly = isConstructor && this.early !== null;
    if (info.superInArrow) cx.thisScope = cx.analysis.paramScopes.get(member) ?? info.scope;
    const { params, body } = lowerParamsAndBody(cx, member);
    if (cx.thisScope) body.body = returningThis(cx, cx.thisScope, body.body);
    if (isConstructor) body.body.unshift(...restoreGuard(cx, derived));
    return b.copy(member, { ...fields, params: params as never, body });
  }

  /** `pay(order) { return $begin(Cart$pay$enter(undefined, $e3, this, order)); }`. */
  private stub(
    info: ClassInfo['info'],
    member: t.ClassMethod | t.ClassPrivateMethod,
    name: string,
  ): { params: t.Function['params']; body: t.BlockStatement } {
    const { cx } = this;
    const { unit, emitted } = lowerFunction(cx.module, info, name);
    const env = unit.needsEnv ? cx.envFor(unit) : b.undef();
    const { params, args } = stubParams(member.params as Node[], info.usesArguments);
    const frame = b.call(b.id(`${emitted}$enter`), [b.undef(), env, b.self(), ...args]);
    const start = info.generator ? this.generate(info, member, frame) : b.call(cx.op('begin'), [frame]);
    return { params, body: b.block([b.ret(start, b.nowhere)]) };
  }

  /** A generator takes its prototype from the method that was called: `$defineClass` returns the methods. */
  private generate(info: ClassInfo['info'], member: t.ClassMethod | t.ClassPrivateMethod, frame: t.Expression): t.Expression {
    this.hasGenerators ||= member.type === 'ClassMethod';
    const fn = member.type === 'ClassMethod' ? b.index(b.id('$methods'), b.num(this.methods.length - 1)) : b.undef();
    return b.call(this.cx.op(info.async ? 'generateAsync' : 'generate'), [frame, fn]);
  }

  private field(member: t.ClassProperty | t.ClassPrivateProperty): Member {
    const key = member.type === 'ClassProperty' ? this.key(member) : null;
    const fields = key ? { key: key.key, computed: key.computed } : {};
    const mark = this.isFirstOfDerived(member) ? this.mark() : null;
    if (!member.value) return b.copy(member, { ...fields, ...(mark && { value: b.seq([mark, b.undef()]) }) } as never);
    const info = this.cx.analysis.functions.get(member)!;
    const cx = new Context(this.cx.module, this.cx.unit, info);
    const name = staticKey(member);
    const value = lower(cx, member.value, name);
    const scope = cx.analysis.scopes.get(member)!;
    const wrapped = wrapInitializer(cx, scope.env ? [envDeclaration(cx, scope)] : [], value);
    const bound = member === this.early ? b.seq([b.call(cx.op('bindEarly'), [b.self()]), wrapped]) : wrapped;
    const guarded = isHarmless(member.value)
      ? wrapped
      : b.conditional(b.member(cx.op('restoring'), 'on'), b.undef(), bound);
    return b.copy(member, { ...fields, value: mark ? b.seq([mark, guarded]) : guarded } as never);
  }

  /** `super()` may have returned an object that is stored already, which the fields are then defined on. */
  private isFirstOfDerived(member: t.ClassProperty | t.ClassPrivateProperty): boolean {
    return this.node.superClass != null && this.node.body.body.find(isField) === member;
  }

  /** `this[$meta] !== undefined && $touched(this)`. */
  private mark(): t.Expression {
    const { cx } = this;
    return b.logical('&&', b.binary('!==', b.index(b.self(), cx.op('meta')), b.undef()), b.call(cx.op('touched'), [b.self()]));
  }

  private staticBlock(member: t.StaticBlock): t.StaticBlock {
    const info = this.cx.analysis.functions.get(member)!;
    const cx = new Context(this.cx.module, this.cx.unit, info);
    const scope = cx.analysis.scopes.get(member)!;
    const inits = scope.env ? thisInit(cx, scope) : undefined;
    const body = [...enterScope(cx, scope, member.body, inits), ...lowerStatements(cx, member.body)];
    const guard = b.iff(
      b.unary('!', b.member(cx.op('restoring'), 'on')),
      b.block([...declareLets(cx), ...body]),
    );
    return staticBlock([guard], member);
  }
}

const staticBlock = (body: t.Statement[], at?: Node): t.StaticBlock =>
  ({ type: 'StaticBlock', body, loc: at?.loc ?? null }) as unknown as t.StaticBlock;

/** Arguments of a stub: by name where the list is plain, else all of them. */
export function stubParams(params: Node[], all: boolean): { params: t.Function['params']; args: t.CallExpression['arguments'] } {
  if (!all && params.every((p) => p.type === 'Identifier')) {
    const names = params.map((_, i) => b.id(`$a${i}`));
    return { params: names, args: names };
  }
  const leading = params.findIndex((p) => p.type === 'AssignmentPattern' || p.type === 'RestElement');
  const count = leading === -1 ? params.length : leading;
  const names = Array.from({ length: count }, (_, i) => b.id(`$a${i}`));
  return { params: [...names, b.rest(b.id('$as'))], args: [...names, b.spread(b.id('$as'))] };
}

/** `if ($restoring.on) { super(...arguments); return; }`: a built-in base needs what its slots hold. */
function restoreGuard(cx: Context, derived: boolean): t.Statement[] {
  const flag = (name: 'on' | 'forward'): t.MemberExpression => b.member(cx.op('restoring'), name);
  const leave = derived
    ? [b.expr(b.call({ type: 'Super', loc: null } as unknown as t.Super, [b.spread(b.id('arguments'))])), b.ret(null)]
    : [b.ret(null)];
  const guard = b.iff(flag('on'), b.block(leave));
  if (!cx.thisScope) return [guard];
  const forward = b.iff(flag('forward'), b.block([b.expr(b.assign(flag('forward'), b.bool(false))), ...leave]));
  return [guard, forward];
}

/**
 * The body of a constructor whose arrow functions call `super(…)`. What it returns depends on its Env at the end:
 *
 *     const $e3 = { this: tdz }; $body: { …; { $result = value; break $body; } … } return $constructed($e3, $result);
 */
function returningThis(cx: Context, scope: Scope, body: t.Statement[]): t.Statement[] {
  const env = envName(scope);
  const made = body.findIndex((s) => s.type === 'VariableDeclaration' && (s.declarations[0]!.id as t.Identifier).name === env) + 1;
  return [
    b.declare('let', [['$result', null]]),
    ...body.slice(0, made),
    b.label('$body', b.block(body.slice(made))),
    b.ret(b.call(cx.op('constructed'), [b.id(env), b.id('$result')])),
  ];
}

const thisInit = (cx: Context, scope: Parameters<typeof envLiteral>[1]) => {
  const binding = scope.bindings.get('<this>');
  void cx;
  return binding ? new Map([[binding, b.self() as t.Expression]]) : undefined;
};

const envDeclaration = (cx: Context, scope: Parameters<typeof envLiteral>[1]): t.Statement =>
  b.declare('const', [[envName(scope), envLiteral(cx, scope, thisInit(cx, scope))]]);

/** An initialiser that needs variables becomes an arrow function called on the spot; `this` and `super` go through. */
function wrapInitializer(cx: Context, before: t.Statement[], value: t.Expression): t.Expression {
  const lets = declareLets(cx);
  if (before.length + lets.length === 0) return value;
  return b.call(b.arrow([], b.block([...lets, ...before, b.ret(value)])), []);
}
