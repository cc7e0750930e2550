/**
 * Names: globals of the host, globals outside the dialect, code from text, writes to what all runs share.
 */
import type * as t from '@babel/types';
import { BUILTINS } from '../../../runtime/abi.ts';
import { staticKey, type Node } from '../../ast.ts';
import { HOST_NAMES } from '../../host-names.ts';
import type { ModuleRecord } from '../../modules.ts';
import type { Rules, Validation } from '../index.ts';

/** Globals that no program can use, because they cannot be state or let the outside in. */
const EXCLUDED = new Set(['Proxy', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'Iterator']);

const CODE_FROM_TEXT = new Set(['eval']);

const KNOWN = new Set<string>([...BUILTINS, 'undefined', 'NaN', 'Infinity']);

/** A name is reported where it is first mentioned; in a package everywhere, for parts of it may not be needed. */
export function validateGlobals({ record }: Validation): void {
  for (const [name, mentions] of record.analysis.globals) {
    for (const node of record.library ? mentions : mentions.slice(0, 1)) validateGlobal(name, node, record);
  }
}

function validateGlobal(name: string, node: Node, { reporter, parsed }: ModuleRecord): void {
  const ambient = parsed.ambient.get(name);
  if (ambient?.kind === 'refused') return;
  if (ambient?.kind === 'function') reporter.report('effect_not_exported', ambient.node, name);
  else if (ambient) reporter.report('declared_value', node, name);
  else if (KNOWN.has(name)) return;
  else if (CODE_FROM_TEXT.has(name)) reporter.report('eval_code', node, name);
  else if (EXCLUDED.has(name)) reporter.report('excluded_global', node, name);
  else if (HOST_NAMES.has(name)) reporter.report('host_global', node, name);
  else if (!parsed.unchecked) reporter.report('unknown_name', node, name);
}

const isGlobal = ({ record }: Validation, node: Node): node is t.Identifier =>
  node.type === 'Identifier' && !record.analysis.references.has(node);

/** Globals that are no objects: what is written to them is lost, or throws, as in Node. */
const PRIMITIVES = new Set(['undefined', 'NaN', 'Infinity']);

/**
 * `Array`, `Array.prototype`, `Math.abs`: a built-in object, as text; undefined for anything else. Constants are
 * followed to what they are declared with, and prototypes to the literal they are asked of:
 *
 *     const proto = Array.prototype; proto.last = …        Object.getPrototypeOf([]).last = …
 */
function builtinObject(v: Validation, node: Node, aliases = new Set<Node>()): string | undefined {
  if (node.type === 'Identifier') {
    const binding = v.record.analysis.references.get(node);
    if (!binding) return KNOWN.has(node.name) && !PRIMITIVES.has(node.name) ? node.name : undefined;
    const value = binding.writes === 0 ? v.record.analysis.values.get(binding) : undefined;
    // An alias may name itself before it is set: `const a = a`.
    if (!value || aliases.has(value)) return undefined;
    return builtinObject(v, value, aliases.add(value));
  }
  if (node.type === 'CallExpression') {
    const callee = builtinObject(v, node.callee, aliases);
    const [of] = node.arguments;
    if ((callee !== 'Object.getPrototypeOf' && callee !== 'Reflect.getPrototypeOf') || !of) return undefined;
    const literal = literalClass(of);
    return literal && `${literal}.prototype`;
  }
  if (node.type === 'SequenceExpression') return builtinObject(v, node.expressions.at(-1)!, aliases);
  if (node.type !== 'MemberExpression') return undefined;
  const key = staticKey({ key: node.property, computed: node.computed });
  const literal = key === 'constructor' ? literalClass(node.object) : undefined;
  const object = literal === undefined ? builtinObject(v, node.object, aliases) : undefined;
  return literal ?? (object === undefined ? undefined : `${object}.${key ?? '…'}`);
}

/** The class that a literal is an instance of. */
function literalClass(node: Node): string | undefined {
  switch (node.type) {
    case 'ArrayExpression':
      return 'Array';
    case 'ObjectExpression':
      return node.properties.length === 0 ? 'Object' : undefined;
    case 'StringLiteral':
    case 'TemplateLiteral':
      return 'String';
    case 'NumericLiteral':
      return 'Number';
    case 'BooleanLiteral':
      return 'Boolean';
    case 'RegExpLiteral':
      return 'RegExp';
    default:
      return undefined;
  }
}

function refuseWrite(target: Node, validation: Validation): void {
  if (target.type === 'Identifier') {
    if (isGlobal(validation, target) && KNOWN.has(target.name)) {
      validation.record.reporter.report('builtin_write', target, target.name);
    }
  } else if (target.type === 'MemberExpression') {
    const name = builtinObject(validation, target.object);
    if (name !== undefined) validation.record.reporter.report('builtin_write', target, name);
  } else if (target.type === 'ObjectPattern') {
    for (const p of target.properties) refuseWrite(p.type === 'RestElement' ? p.argument : p.value, validation);
  } else if (target.type === 'ArrayPattern') {
    for (const e of target.elements) if (e) refuseWrite(e, validation);
  } else if (target.type === 'AssignmentPattern') {
    refuseWrite(target.left, validation);
  }
}

const DEFINES = new Set(['Object.defineProperty', 'Object.defineProperties', 'Object.assign', 'Object.setPrototypeOf', 'Reflect.set', 'Reflect.defineProperty', 'Reflect.setPrototypeOf', 'Reflect.deleteProperty', 'Object.freeze', 'Object.seal', 'Object.preventExtensions', 'Reflect.preventExtensions']);

/** Methods of Annex B.2.2: they give objects accessors without a name that says so. */
const LEGACY = new Set(['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__']);

/** `const { assign } = Object`: barriers go by the names of the static functions. */
function refuseAlias(value: Node | null | undefined, v: Validation): void {
  if (value && isGlobal(v, value) && (value.name === 'Object' || value.name === 'Reflect')) {
    v.record.reporter.report('builtin_alias', value, value.name);
  }
}

function checkMember(node: t.MemberExpression | t.OptionalMemberExpression, v: Validation): void {
  const key = staticKey({ key: node.property, computed: node.computed });
  if (key === undefined) refuseAlias(node.object, v);
  else if (key !== 'randomUUID' && isGlobal(v, node.object) && node.object.name === 'crypto') {
    v.record.reporter.report('host_global', node, `crypto.${key}`);
  }
  else if (LEGACY.has(key)) v.record.reporter.report('legacy_accessor', node.property, key);
}

export const nameRules: Rules = {
  MemberExpression: checkMember,
  OptionalMemberExpression: checkMember,
  VariableDeclarator: (node: t.VariableDeclarator, v) => refuseAlias(node.init, v),
  AssignmentExpression: (node: t.AssignmentExpression, v) => {
    refuseWrite(node.left, v);
    refuseAlias(node.right, v);
  },
  UpdateExpression: (node: t.UpdateExpression, v) => refuseWrite(node.argument, v),
  UnaryExpression: (node: t.UnaryExpression, v) => {
    if (node.operator === 'delete') refuseWrite(node.argument, v);
  },
  CallExpression: (node: t.CallExpression, v) => {
    if (isGlobal(v, node.callee) && node.callee.name === 'Function') {
      v.record.reporter.report('eval_code', node, 'Function');
    }
    const path = builtinObject(v, node.callee);
    const [target] = node.arguments;
    if (path !== undefined && DEFINES.has(path) && target) {
      const name = builtinObject(v, target);
      if (name !== undefined) {
        v.record.reporter.report('builtin_write', target, name);
      }
    }
  },
  TaggedTemplateExpression: (node: t.TaggedTemplateExpression, v) => {
    if (isGlobal(v, node.tag) && node.tag.name === 'Function') v.record.reporter.report('eval_code', node, 'Function');
  },
  NewExpression: (node: t.NewExpression, v) => {
    if (isGlobal(v, node.callee) && node.callee.name === 'Function') {
      v.record.reporter.report('eval_code', node, 'new Function');
    }
  },
};
