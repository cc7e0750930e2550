/**
 * Types of values that cannot cross between workflow and app, or cannot be kept by a run: warnings, for what would be
 * refused when the first such value comes. Only what the module itself says is followed; types from other files are
 * not, nor are type arguments of classes we do not know.
 */
import type * as t from '@babel/types';
import type { Node } from '../../ast.ts';
import { signatureOf, type Signature } from '../../1-parse/type-notes.ts';
import type { Validation } from '../index.ts';

export type Unstorable = 'function' | 'symbol' | 'promise' | 'weak' | 'iterator' | 'host';

const CLASSES: Record<string, Unstorable> = {
  Function: 'function',
  Promise: 'promise',
  PromiseLike: 'promise',
  WeakMap: 'weak',
  WeakSet: 'weak',
  WeakRef: 'weak',
  ...named('iterator', ['Iterator', 'IterableIterator', 'Generator', 'AsyncIterator', 'AsyncIterable', 'AsyncIterableIterator', 'AsyncGenerator']),
  ...named('host', [
    ...['Buffer', 'Request', 'Response', 'Headers', 'FormData', 'Blob', 'File', 'URL', 'URLSearchParams', 'WebSocket', 'EventSource'],
    ...['ReadableStream', 'WritableStream', 'TransformStream', 'AbortController', 'AbortSignal', 'EventTarget', 'MessagePort', 'Worker'],
    ...['Socket', 'Server', 'IncomingMessage', 'ServerResponse', 'EventEmitter', 'ChildProcess', 'FileHandle', 'KeyObject'],
    ...['Readable', 'Writable', 'Duplex', 'Transform', 'ReadStream', 'WriteStream', 'Timeout', 'Immediate'],
  ]),
};

function named(kind: Unstorable, names: string[]): Record<string, Unstorable> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

/** Generic types of which we know that they hold their arguments. */
const HOLDERS = new Set(['Array', 'ReadonlyArray', 'Map', 'ReadonlyMap', 'Set', 'ReadonlySet', 'Record', 'Partial', 'Required', 'Readonly', 'NonNullable']);

const EVERYTHING: readonly Unstorable[] = ['function', 'symbol', 'promise', 'weak', 'iterator', 'host'];
/** Workflows call each other too, and then with all that a run can hold; a host object it never can. */
const HOST_ONLY: readonly Unstorable[] = ['host'];

export function validateTypes(v: Validation): void {
  const { parsed } = v.record;
  for (const effect of parsed.effects) {
    checkSignature(signatureOf(effect, effect.id?.name ?? ''), 'Effect', EVERYTHING, v);
  }
  for (const workflow of parsed.types.workflows) checkSignature(workflow, 'Workflow', HOST_ONLY, v);
  for (const variable of parsed.types.variables) check(variable.type, `Variable '${variable.of}' holds`, HOST_ONLY, new Set(), v);
}

function checkSignature({ name, generic, parameters, result }: Signature, what: string, kinds: readonly Unstorable[], v: Validation): void {
  for (const parameter of parameters) check(parameter.type, `${what} '${name}' takes`, kinds, generic, v);
  if (result) check(settled(result.type), `${what} '${name}' gives`, kinds, generic, v);
}

/** What a promise of the type gives. */
function settled(type: t.TSType): t.TSType {
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier' || type.typeName.name !== 'Promise') return type;
  return argumentsOf(type)[0] ?? type;
}

const argumentsOf = (type: t.TSTypeReference): t.TSType[] => {
  const given = type.typeParameters as t.TSTypeParameterInstantiation | null | undefined;
  return given?.params ?? [];
};

function check(type: t.TSType, what: string, kinds: readonly Unstorable[], generic: ReadonlySet<string>, v: Validation): void {
  const { types } = v.record.parsed;
  const bound = v.record.analysis.module.scope.bindings;
  const seen = new Set<string>();
  const report = (node: Node, kind: Unstorable, text: string): void => {
    if (kinds.includes(kind)) v.record.reporter.report('border_type', node, what, text, kind);
  };

  const visit = (node: Node): void => {
    switch (node.type) {
      case 'TSFunctionType':
      case 'TSConstructorType':
        return report(node, 'function', 'a function');
      case 'TSSymbolKeyword':
        return report(node, 'symbol', 'a symbol');
      case 'TSTypeOperator':
        if (node.operator === 'unique') return report(node, 'symbol', 'a symbol');
        return node.operator === 'readonly' ? visit(node.typeAnnotation) : undefined;
      case 'TSTypeReference':
        return reference(node);
      case 'TSIntersectionType':
        // `string & { readonly brand: unique symbol }` is a string.
        if (node.types.every((part) => !/Keyword$|Literal(Type)?$/.test(part.type) || part.type === 'TSTypeLiteral')) node.types.forEach(visit);
        return undefined;
      case 'TSTypeLiteral':
        return node.members.forEach(member);
      case 'TSInterfaceBody':
        return node.body.forEach(member);
      case 'TSUnionType':
        return node.types.forEach(visit);
      case 'TSTupleType':
        return node.elementTypes.forEach(visit);
      case 'TSNamedTupleMember':
        return visit(node.elementType);
      case 'TSArrayType':
        return visit(node.elementType);
      case 'TSOptionalType':
      case 'TSRestType':
      case 'TSParenthesizedType':
        return visit(node.typeAnnotation);
      default:
        return undefined;
    }
  };

  // Methods are left out: an instance of a class that the program exports has them and may cross.
  const member = (node: t.TSTypeElement): void => {
    if (node.type === 'TSPropertySignature' && !node.computed && node.typeAnnotation) visit(node.typeAnnotation.typeAnnotation);
    if (node.type === 'TSIndexSignature' && node.typeAnnotation) visit(node.typeAnnotation.typeAnnotation);
  };

  const reference = (node: t.TSTypeReference): void => {
    const { typeName } = node;
    if (typeName.type === 'TSQualifiedName') {
      const { left, right } = typeName;
      const from = left.type !== 'Identifier' ? undefined : left.name === 'NodeJS' ? 'node:process' : types.imported.get(left.name);
      return left.type === 'Identifier' && isForeign(from) ? known(node, right.name, `${left.name}.${right.name}`) : undefined;
    }
    if (typeName.type !== 'Identifier') return undefined;
    const { name } = typeName;
    if (generic.has(name)) return undefined;
    const declared = types.declared.get(name);
    if (declared) {
      if (seen.has(name)) return undefined;
      seen.add(name);
      return visit(declared.type === 'TSInterfaceDeclaration' ? declared.body : declared.typeAnnotation);
    }
    const from = types.imported.get(name);
    if (from === undefined ? bound.has(name) : !isForeign(from)) return undefined;
    if (HOLDERS.has(name)) return argumentsOf(node).forEach(visit);
    return known(node, name, name);
  };

  const known = (node: Node, name: string, text: string): void => {
    const kind = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : undefined;
    if (kind) report(node, kind, text);
  };

  visit(type);
}

/** From Node or a package: its `Request` is a host object. A file of the app may mean anything by the name. */
const isForeign = (specifier: string | undefined): boolean => specifier !== undefined && !specifier.startsWith('.');
