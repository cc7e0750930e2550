/**
 * Scopes, bindings and references of one module, as ECMA-262 has them in strict code: one Scope per environment
 * record that can hold a binding, function declarations hoisted to the top of their block (14.2.3), `var` to
 * its function, a scope per iteration for `let` in loop heads (14.7.4.4), a class scope for the inner name
 * (15.7.14), a self scope for a named function expression (15.2.5).
 *
 * Output: functions, scopes, classes, references, captures. Leaves storage and TDZ checks to `storage.ts`.
 */
import type * as t from '@babel/types';
import {
  boundIdentifiers,
  children,
  eachChild,
  isClassNode,
  isFunctionNode,
  walk,
  type ClassNode,
  type FunctionNode,
  type Node,
} from '../ast.ts';
import { Places } from '../places.ts';
import { lexicalDeclarations, varDeclarations } from './declarations.ts';
import { NOWHERE, type Resolved } from './environments.ts';
import { changedArgument } from './members.ts';
import { References } from './references.ts';
import { suspendsItself } from './suspends.ts';
import type { Binding, ClassInfo, FunctionInfo } from './types.ts';

export function analyseScopes(program: t.Program, effects: readonly t.TSDeclareFunction[]): Resolved {
  const walker = new ScopeWalker();
  walker.module(program, effects);
  return walker.result;
}

class ScopeWalker extends References {
  /** Where the function around suspends. */
  private suspensions: number[] = [];
  /** The callee of the call that is being visited. */
  private called: Node | null = null;

  module(program: t.Program, effects: readonly t.TSDeclareFunction[]): void {
    const info = this.enterFunction('module', program, { lifted: true });
    this.result.module = info;
    this.inScope('module', program, () => {
      info.scope = this.scope;
      for (const effect of effects) if (effect.id) this.declare(effect.id, 'effect', 0);
      this.declareAll(lexicalDeclarations(program.body));
      this.declareAll(varDeclarations(program.body));
      for (const statement of program.body) this.visit(statement);
    });
    info.suspensions = this.suspensionsSince([]);
    for (const binding of this.selfReferences) if (binding.writes > 0) this.capture(binding);
  }

  // ——— Scopes and functions ———

  private function(node: FunctionNode): void {
    const outer = this.fn;
    const { suspensions } = this;
    this.suspensions = [];
    const arrow = node.type === 'ArrowFunctionExpression';
    const classMember = node.type === 'ClassMethod' || node.type === 'ClassPrivateMethod';
    const info = this.enterFunction('function', node, {
      lifted: !classMember || !!node.async || isGenerator(node),
      arrow,
      async: !!node.async,
      generator: isGenerator(node),
      method: classMember || node.type === 'ObjectMethod',
      static: classMember && !!node.static,
    });
    info.superInArrow = node.type === 'ClassMethod' && node.kind === 'constructor' && callsSuperInArrow(node);
    const declaration = outer.scope && node.type === 'FunctionDeclaration' ? this.find(node.id?.name ?? '') : null;
    if (declaration?.node === (node as t.FunctionDeclaration).id) declaration!.value = info;
    const body = (): void => this.functionBody(node, info);
    if (node.type === 'FunctionExpression' && node.id) {
      const { id } = node;
      this.inScope('self', id, () => {
        this.scope.owner = outer; // its Env, if it needs one, is made where the closure is made
        this.declare(id, 'self', 0).value = info;
        body();
      });
    } else {
      body();
    }
    info.suspensions = this.suspensionsSince(suspensions);
    this.fn = outer;
  }

  /** Where the function suspends that ends here; `outer` is where the one around has suspended before. */
  private suspensionsSince(outer: number[]): Places {
    const { suspensions } = this;
    this.suspensions = outer;
    return suspensions.length > 0 ? new Places(suspensions) : NOWHERE;
  }

  private suspend(node: Node): void {
    this.suspensions.push(node.start!);
  }

  private functionBody(node: FunctionNode, info: FunctionInfo): void {
    const statements = node.body.type === 'BlockStatement' ? node.body.body : [];
    info.ownParamScope = (node.params as Node[]).some(hasExpression);
    const body = (): void => {
      this.declareAll(varDeclarations(statements));
      this.declareAll(lexicalDeclarations(statements));
      if (node.body.type === 'BlockStatement') for (const s of statements) this.visit(s);
      else this.visit(node.body);
    };
    const params = (): void => {
      for (const param of node.params as Node[]) {
        for (const id of boundIdentifiers(param)) this.declare(id, 'param', param.end ?? 0);
      }
      for (const param of node.params as Node[]) this.visitPattern(param, false);
    };
    if (info.ownParamScope) {
      this.inScope('params', node, () => {
        params();
        this.inScope('function', node, () => {
          info.scope = this.scope;
          body();
        });
      });
    } else {
      this.inScope('function', node, () => {
        info.scope = this.scope;
        params();
        body();
      });
    }
  }

  private class(node: ClassNode): void {
    for (const decorator of node.decorators ?? []) this.visit(decorator);
    this.inScope('heritage', node.body, () => {
      const outerSelf = node.id ? this.declare(node.id, 'self', node.end ?? 0) : this.declarePseudo(this.scope, 'class', node);
      this.classScope(node, outerSelf);
    });
  }

  private classScope(node: ClassNode, outerSelf: Binding): void {
    const outer = this.fn;
    this.inScope('class', node, () => {
      const info = this.enterFunction('class', node, { lifted: true });
      info.scope = this.scope;
      this.scope.owner = info;
      const self = node.id ? this.declare(node.id, 'self', 0) : this.declarePseudo(this.scope, 'class', node);
      const record: ClassInfo = { info, scope: this.scope, self, outerSelf, privates: privatesOf(node) };
      this.result.classes.set(node, record);
      // Heritage and computed keys are evaluated by the function around, with the inner name in its TDZ. Only keys
      // may name what is private (ECMA-262 15.7.14).
      this.outside(outer, () => {
        if (node.superClass) this.visit(node.superClass);
        this.classes.push(record);
        for (const member of node.body.body) {
          if ('computed' in member && member.computed) this.visit(member.key as Node);
        }
      });
      for (const member of node.body.body) this.classMember(member);
      this.classes.pop();
      this.fn = outer;
    });
  }

  private classMember(member: t.ClassBody['body'][number]): void {
    switch (member.type) {
      case 'ClassMethod':
      case 'ClassPrivateMethod':
        for (const decorator of member.decorators ?? []) this.visit(decorator);
        this.function(member);
        break;
      case 'ClassProperty':
      case 'ClassPrivateProperty':
        for (const decorator of member.decorators ?? []) this.visit(decorator);
        if (member.value) this.initializer(member, () => this.visit(member.value as Node), !!member.static);
        break;
      case 'StaticBlock':
        this.initializer(
          member,
          () => {
            this.declareAll(varDeclarations(member.body));
            this.declareAll(lexicalDeclarations(member.body));
            for (const statement of member.body) this.visit(statement);
          },
          true,
        );
        break;
      default:
        break;
    }
  }

  /** A field initialiser or static block: a function of its own, called with `this`. */
  private initializer(
    node: t.ClassProperty | t.ClassPrivateProperty | t.StaticBlock,
    body: () => void,
    isStatic: boolean,
  ): void {
    const outer = this.fn;
    const info = this.enterFunction('initializer', node, {
      lifted: false,
      method: true,
      static: isStatic,
    });
    this.inScope('function', node, () => {
      info.scope = this.scope;
      body();
    });
    this.fn = outer;
  }

  // ——— Declarations ———

  // ——— The walk ———

  private readonly visitNext = (node: Node): void => this.visit(node);

  private visit(node: Node): void {
    switch (node.type) {
      case 'Identifier':
        this.identifier(node);
        return;
      case 'ThisExpression':
        this.thisExpression(node);
        return;
      case 'Super':
        this.superReference(node);
        return;
      case 'MetaProperty':
        if (node.meta.name === 'new') this.pseudo(node, this.thisFunction(), 'new.target');
        return;
      case 'PrivateName':
        this.privateName(node);
        return;
      case 'CallExpression':
      case 'OptionalCallExpression': {
        // An arrow function hands the constructor's `new.target` on.
        if (node.callee.type === 'Super') this.pseudo(node, this.thisFunction(), 'new.target');
        const changed = changedArgument(node);
        if (changed && !this.find(changed.builtin)) this.writeMember(changed.argument);
        this.called = node.callee;
        eachChild(node, this.visitNext);
        return;
      }
      case 'AwaitExpression':
      case 'YieldExpression':
      case 'ReturnStatement':
        if (suspendsItself(node, this.fn)) this.suspend(node);
        if (node.argument) this.visit(node.argument);
        return;
      case 'UnaryExpression':
        if (node.operator === 'delete' && node.argument.type === 'MemberExpression') this.writeMember(node.argument);
        this.visit(node.argument);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.function(node);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.class(node);
        return;
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (node.property.type === 'PrivateName') this.privateName(node.property, node !== this.called);
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case 'ObjectExpression':
        this.objectLiteral(node);
        return;
      case 'ObjectProperty':
        if (node.computed) this.visit(node.key);
        this.visit(node.value);
        return;
      case 'AssignmentExpression':
        this.visitPattern(node.left, true, node.operator !== '=');
        this.visit(node.right);
        return;
      case 'UpdateExpression':
        this.visitPattern(node.argument, true, true);
        return;
      case 'VariableDeclaration':
        for (const d of node.declarations) {
          this.visitPattern(d.id, false);
          if (!d.init) continue;
          this.visit(d.init);
          const binding = this.result.references.get(d.id);
          if (binding) this.result.values.set(binding, d.init);
        }
        return;
      case 'BlockStatement':
        this.inScope('block', node, () => {
          this.declareAll(lexicalDeclarations(node.body));
          for (const statement of node.body) this.visit(statement);
        });
        return;
      case 'SwitchStatement':
        this.visit(node.discriminant);
        this.inScope('switch', node, () => {
          for (const c of node.cases) this.declareAll(lexicalDeclarations(c.consequent));
          for (const c of node.cases) {
            if (c.test) this.visit(c.test);
            for (const statement of c.consequent) this.visit(statement);
          }
        });
        return;
      case 'ForStatement':
        this.inScope('loop', node, () => {
          if (node.init?.type === 'VariableDeclaration') this.declareAll(lexicalDeclarations([node.init]));
          for (const part of [node.init, node.test, node.update]) if (part) this.visit(part);
          this.visit(node.body);
        });
        return;
      case 'ForInStatement':
      case 'ForOfStatement':
        this.forInOf(node);
        return;
      case 'CatchClause':
        this.inScope('catch', node, () => {
          if (node.param) {
            for (const id of boundIdentifiers(node.param)) this.declare(id, 'catch', node.param.end ?? 0);
            this.visitPattern(node.param, false);
          }
          this.declareAll(lexicalDeclarations(node.body.body));
          for (const statement of node.body.body) this.visit(statement);
        });
        return;
      case 'LabeledStatement':
        this.visit(node.body);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return;
      case 'ExportNamedDeclaration':
        if (node.declaration) this.visit(node.declaration);
        else if (!node.source) {
          for (const s of node.specifiers) if (s.type === 'ExportSpecifier') this.identifier(s.local);
        }
        return;
      case 'TSEnumDeclaration':
        this.enumDeclaration(node);
        return;
      default:
        eachChild(node, this.visitNext);
    }
  }

  /** A literal whose methods use `super` has a scope for its home object. */
  private objectLiteral(node: t.ObjectExpression): void {
    const visitProperties = (): void => {
      for (const property of node.properties) {
        if (property.type === 'ObjectMethod') {
          if (property.computed) this.visit(property.key);
          this.function(property);
        } else {
          this.visit(property);
        }
      }
    };
    if (node.properties.some((p) => p.type === 'ObjectMethod' && usesSuper(p))) {
      this.inScope('object', node, visitProperties);
    } else {
      visitProperties();
    }
  }

  private forInOf(node: t.ForInStatement | t.ForOfStatement): void {
    const { left } = node;
    const lexical = left.type === 'VariableDeclaration' && left.kind !== 'var' ? left : null;
    const declare = (): void => {
      if (lexical) this.declareAll(lexicalDeclarations([lexical]));
    };
    this.inScope('dead', node.right, () => {
      declare();
      this.visit(node.right);
    });
    if (suspendsItself(node, this.fn)) this.suspend(node);
    this.inScope('loop', node, () => {
      declare();
      if (left.type === 'VariableDeclaration') this.visit(left);
      else this.visitPattern(left, true);
      this.visit(node.body);
    });
  }

  /** An enum's member names are visible in its initialisers; they are resolved when it is lowered. */
  private enumDeclaration(node: t.TSEnumDeclaration): void {
    const binding = this.find(node.id.name);
    if (binding) this.result.references.set(node.id, binding);
    const members = new Set(
      node.members.map((m) => (m.id.type === 'Identifier' ? m.id.name : m.id.value)),
    );
    for (const member of node.members) {
      if (!member.initializer) continue;
      const visit = (node: Node): void => walk(node, (inner) => {
        if (inner.type === 'MemberExpression') {
          visit(inner.object);
          if (inner.computed) visit(inner.property);
          return false;
        }
        if (inner.type === 'Identifier' && !members.has(inner.name)) this.identifier(inner);
        return true;
      });
      visit(member.initializer);
    }
  }

  /**
   * A pattern. In a declaration its identifiers are bindings; in an assignment they are written, and read too
   * when the assignment is compound.
   */
  private visitPattern(node: Node, assign: boolean, alsoRead = false): void {
    switch (node.type) {
      case 'Identifier':
        if (assign) this.identifier(node, true, alsoRead);
        else {
          const binding = this.find(node.name);
          if (binding) this.result.references.set(node, binding);
        }
        return;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') this.visitPattern(property.argument, assign);
          else {
            if (property.computed) this.visit(property.key);
            this.visitPattern(property.value, assign);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.visitPattern(element, assign);
        return;
      case 'AssignmentPattern':
        this.visitPattern(node.left, assign);
        this.visit(node.right);
        return;
      case 'RestElement':
        this.visitPattern(node.argument, assign);
        return;
      default:
        if (assign && node.type === 'MemberExpression') this.writeMember(node);
        this.visit(node);
    }
  }
}

const isGenerator = (node: FunctionNode): boolean => node.type !== 'ArrowFunctionExpression' && node.generator === true;

/** ECMA-262 15.1.2 ContainsExpression: a default or a computed key in a parameter. */
function hasExpression(param: Node): boolean {
  let found = false;
  walk(param, (node) => {
    if (node.type === 'AssignmentPattern' || (node.type === 'ObjectProperty' && node.computed)) found = true;
    return !found;
  });
  return found;
}

function usesSuper(node: Node): boolean {
  let found = false;
  walk(node, (inner) => {
    if (inner.type === 'Super') found = true;
    if (inner !== node && (isClassNode(inner) || (isFunctionNode(inner) && inner.type !== 'ArrowFunctionExpression'))) {
      return false;
    }
    return !found;
  });
  return found;
}

/** Does an arrow function in this constructor call `super(…)`? Its own classes may, in their heritage and keys. */
function callsSuperInArrow(constructor: t.ClassMethod): boolean {
  const visit = (node: Node, inArrow: boolean): boolean => {
    if (node.type === 'CallExpression' && node.callee.type === 'Super' && inArrow) return true;
    if (isFunctionNode(node) && node.type !== 'ArrowFunctionExpression') {
      return 'computed' in node && node.computed === true && visit(node.key, inArrow);
    }
    if (node.type === 'ClassProperty' || node.type === 'ClassPrivateProperty' || node.type === 'StaticBlock') {
      return 'computed' in node && node.computed === true && visit(node.key, inArrow);
    }
    return children(node).some((child) => visit(child, inArrow || node.type === 'ArrowFunctionExpression'));
  };
  return [...constructor.params, constructor.body].some((node) => visit(node, false));
}

function privatesOf(node: ClassNode): ClassInfo['privates'] {
  const privates: ClassInfo['privates'] = new Map();
  for (const member of node.body.body) {
    if (member.type === 'ClassPrivateProperty') {
      const { name } = member.key.id;
      privates.set(name, { name, kind: 'field', static: !!member.static, hasGetter: true, hasSetter: true, isTaken: false });
    } else if (member.type === 'ClassPrivateMethod') {
      const { name } = member.key.id;
      const known = privates.get(name);
      const accessor = member.kind === 'get' || member.kind === 'set';
      privates.set(name, {
        name,
        kind: accessor ? 'accessor' : 'method',
        static: !!member.static,
        hasGetter: known?.hasGetter || member.kind !== 'set',
        hasSetter: known?.hasSetter || member.kind === 'set',
        isTaken: false,
      });
    }
  }
  return privates;
}
