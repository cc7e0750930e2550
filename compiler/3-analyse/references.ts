/**
 * References: which binding a name means, and who captures it. `this`, `arguments`, `new.target`, `super` and private names
 * are bindings too, where the code that uses them is emitted apart from the code that has them.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import { Environments, unitOf } from './environments.ts';
import type { Binding, ClassInfo, FunctionInfo, ScopeKind } from './types.ts';

/** Scopes whose bindings may be emitted by their name in every function: a class by its name is the module's. */
const OPEN_SCOPES: ReadonlySet<ScopeKind> = new Set(['module', 'class', 'heritage']);

export class References extends Environments {
  /** The classes whose code the walk is in. */
  protected readonly classes: ClassInfo[] = [];
  /** Functions that mention themselves: by their native name, unless the binding is assigned. */
  protected readonly selfReferences: Binding[] = [];

  protected refer(node: Node, binding: Binding, write = false, read = true): void {
    this.result.references.set(node, binding);
    this.result.seen.push({ node, binding, from: this.fn });
    if (write) binding.writes++;
    if (read) binding.reads++;
    if (binding.scope.kind === 'module') return;
    const { kind, owner } = binding.scope;
    if (kind === 'dead' || (kind === 'heritage' && this.fn === owner)) {
      this.result.dead.add(node);
      return;
    }
    if (unitOf(this.fn) === unitOf(binding.scope.owner)) return;
    if (binding.value === this.fn && !this.fn.suspendable && !write) this.selfReferences.push(binding);
    else this.capture(binding);
  }

  protected capture(binding: Binding): void {
    binding.captured = true;
    binding.scope.env = true;
  }

  protected identifier(node: t.Identifier, write = false, read = true): void {
    if (node.name === 'arguments' && this.argumentsOf(node)) return;
    const binding = this.find(node.name);
    if (!binding || OPEN_SCOPES.has(binding.scope.kind)) this.fn.foreign.add(node.name);
    if (binding) this.refer(node, binding, write, read);
    else if (this.result.globals.has(node.name)) this.result.globals.get(node.name)!.push(node);
    else this.result.globals.set(node.name, [node]);
  }

  /** The function whose `this` and `arguments` are meant here. */
  protected thisFunction(): FunctionInfo {
    let info = this.fn;
    while (info.arrow && info.parent) info = info.parent;
    return info;
  }

  protected argumentsOf(node: Node): boolean {
    const info = this.thisFunction();
    if (info.kind !== 'function') return false;
    info.usesArguments = true;
    this.pseudo(node, info, 'arguments');
    return true;
  }

  /** `this` and its kin: native where the unit is the same, else captured like any binding. */
  protected pseudo(node: Node, info: FunctionInfo, name: string): void {
    if (unitOf(info) === unitOf(this.fn) && !(name === 'this' && info.superInArrow)) return;
    const scope = this.result.paramScopes.get(info.node) ?? info.scope;
    this.refer(node, this.declarePseudo(scope, name, info.node));
  }

  protected thisExpression(node: Node): void {
    const info = this.thisFunction();
    info.usesThis = true;
    if (info.kind !== 'module') this.pseudo(node, info, 'this');
  }

  protected superReference(node: t.Super): void {
    this.thisExpression(node); // `super.x` also needs `this`
    const info = this.thisFunction();
    const native = unitOf(info) === unitOf(this.fn) && !info.lifted && this.fn === info && !info.superInArrow;
    if (native) {
      this.result.supers.set(node, { kind: 'native' });
      return;
    }
    if (info.node.type === 'ObjectMethod') {
      const object = this.findScope('object');
      if (!object) return;
      const binding = this.declarePseudo(object, 'home', object.node);
      this.captureFrom(binding);
      this.result.supers.set(node, { kind: 'object', binding });
      return;
    }
    // Not the innermost: a class's heritage and keys belong to the code around it.
    const record = this.classes.findLast((c) => c.info === info.parent);
    if (!record) return;
    this.captureFrom(record.self);
    this.result.supers.set(node, { kind: 'class', binding: record.self, static: info.static });
  }

  protected captureFrom(binding: Binding): void {
    if (unitOf(this.fn) !== unitOf(binding.scope.owner)) this.capture(binding);
    binding.reads++;
  }

  protected privateName(node: t.PrivateName, isTaken = false): void {
    const name = node.id.name;
    const record = this.classes.findLast((c) => c.privates.has(name));
    if (record && isTaken) record.privates.get(name)!.isTaken = true;
    if (record && unitOf(this.fn) !== unitOf(record.info)) {
      const self = isInside(this.fn, record.info) ? record.self : record.outerSelf;
      this.result.privateUses.set(node, { owner: record, self });
      // A key that uses a private name itself does so before any object can have it: a TypeError.
      if (self === record.outerSelf) this.capture(self);
      this.captureFrom(self);
    }
  }

  protected writeMember(node: Node): void {
    let root = node;
    while (root.type === 'MemberExpression') root = root.object;
    const binding = root.type === 'Identifier' ? this.find(root.name) : null;
    if (binding) this.result.membersWritten.add(binding);
  }
}

function isInside(info: FunctionInfo, around: FunctionInfo): boolean {
  for (let f: FunctionInfo | null = info; f; f = f.parent) if (f === around) return true;
  return false;
}
