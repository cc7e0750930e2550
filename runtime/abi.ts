/**
 * The ABI: everything that emitted code and the runtime must agree on.
 *
 * Emitted code is a function `program($)`; `$` carries one property per row of OPERATIONS and nothing else.
 * The compiler refuses to emit a name that is not in the table, the runtime must implement every row (a test
 * holds both to it), and `docs/abi.md` is printed from it. Change a row's meaning and ABI_VERSION goes up.
 *
 * This file imports nothing.
 */

export const ABI_VERSION = 2;

/** The stamp of a promoted object: a non-enumerable own property that holds its meta record. */
export const META: unique symbol = Symbol('perdure.meta');

/** What a compiled function is made of: its code and its Env. Set on every function a program creates. */
export const CODE: unique symbol = Symbol('perdure.code');

/** The value of a binding before its declaration has run (ECMA-262 9.1.1.1.6, the temporal dead zone). */
export const TDZ: object = Object.freeze({ tdz: true });

/** What a step function returns when its frame waits for something that is not another frame. */
export const WAIT = 1;
/** … when its frame has finished; the result is in the value register. */
export const DONE = 2;
/** … when what it waits for is in the value register already and no other job may run in between. */
export const READY = 3;
/** … when a generator yields the value in the value register. */
export const YIELD = 4;
/** … when a generator hands on the result object of an inner iterator, which is in the value register. */
export const DELEGATE = 5;

/** The field of a frame that holds its n-th slot, as the manifest of the function counts them. */
export const frameField = (n: number): string => `$${n}`;

export interface Operation {
  /** The arguments, as the emitted code passes them. */
  readonly args: string;
  /** What it does, in one sentence. */
  readonly does: string;
}

const op = (args: string, does: string): Operation => ({ args, does });

export const OPERATIONS = {
  // The heap: marks before writes. `touch…` is called for promoted objects only, `touched` for any.
  meta: op('', 'the symbol of the stamp (META)'),
  touch: op('meta, object, key, deleted?', 'marks a property (a private field: null) of a promoted object before it is written or deleted'),
  touchCall: op('meta, object, method, args', 'marks what a built-in method is about to change in its receiver'),
  touchThis: op('function, this', 'marks `this` as a whole if the function is a built-in mutator: `list.forEach(set.add, set)`'),
  touchApplied: op('function, this, args', 'marks what the function changes if it is a built-in: `f.call(o)`'),
  touchRegExp: op('value', 'marks a RegExp whose `lastIndex` a string method is about to move'),
  touchComputed: op('object, method, args', 'marks what a method with a computed name may change beside its receiver'),
  exotic: op('object', 'as `touched`, for an object that is about to get attributes or accessors'),
  restricted: op('value, frozen?', 'marks an object that is about to become non-extensible, and stamps it while that is possible'),
  touched: op('object', 'marks an object as a whole, if it is one, and returns it'),
  tdz: op('', 'the value of an uninitialised binding (TDZ)'),
  throwTdz: op('name', 'throws the ReferenceError of a read in the temporal dead zone'),
  throwUnresolved: op('name', 'throws the ReferenceError of a name that nothing declares'),
  caught: op('error', 'a caught error; if V8 has made it, its message in the words of the source'),
  throwConst: op('name', 'throws the TypeError of an assignment to a constant'),

  // Code: functions, closures, classes, constants, modules.
  codeOf: op('', 'the symbol of a function’s code record (CODE)'),
  Closure: op('code, env', 'class: the code record of one closure'),
  declareFunction: op('id, make, shared?', 'registers a synchronous function and how to make its closure over an Env'),
  declareMachine: op('id, starts, make, enter, step, shared?', 'registers a suspendable function'),
  declareClass: op('id, make', 'registers a class and how to evaluate it over an Env, a heritage and keys'),
  defineClass: op('class, code, env, scope, evaluation, methods, privates', 'gives a new class and its methods their code records'),
  restoring: op('', '`restoring.on` is true while the codec runs a constructor for its hidden class; `forward`: it only calls `super`'),
  effect: op('name', 'the stub of a declared effect'),
  named: op('object, name', 'registers a constant that all runs share, by the name it is stored under'),
  template: op('name, cooked, raw', 'the template object of a tagged template (ECMA-262 13.2.8.4)'),
  accessor: op('literal, key, kind', 'the getter or setter function of a literal'),
  rename: op('function, name', 'gives a function that is emitted under another name its own'),
  setName: op('function, key, prefix?', 'SetFunctionName for a computed key'),
  builtins: op('', 'the built-in globals, by name'),
  namespace: op('module', 'the namespace object of a module (ECMA-262 10.4.6)'),
  link: op('module', 'the shared values of an imported module'),
  share: op('values', 'publishes shared values of this module'),
  envs: op('factories', 'registers the shapes of the module’s Envs, by their slot names'),

  // Suspension.
  registers: op('', 'the machine’s registers'),
  begin: op('frame', 'starts a suspendable function called as a value; returns its promise'),
  call: op('frame, callee, this, args, text', 'awaits a call: pushes a frame, or calls and waits for what comes back'),
  wait: op('frame, value', 'awaits a value'),
  take: op('', 'the value a frame was resumed with; throws it if it is a rejection'),
  suspendable: op('function, kind', 'gives the function of a machine the prototype and the properties of its kind'),

  // Generators. After a `yield`, `registers.returning` says that the generator shall return.
  generate: op('frame, function', 'makes a generator of a frame'),
  generateAsync: op('frame, function', 'makes an async generator of a frame'),
  returned: op('', 'the value that `return` brought'),
  yieldAsync: op('frame, value', 'yields a value that has been awaited; goes on at once if something is asked for already'),
  delegate: op('iterator', '`yield*`: passes on what the registers hold; 1 the iterator has ended, 2 return, else the outcome of the step'),
  delegateAsync: op('iterator', '`yield*` in an async generator: calls the method that the registers ask for; says which'),
  delegated: op('iterator, method, result', 'looks at the awaited result of `delegateAsync`; the same as `delegate`'),

  // Iteration in exploded code; native loops stay native.
  iterate: op('iterable, text?', 'an iterator that can be stored; `text` is how the source calls what it iterates'),
  next: op('iterator', 'advances; true while there is a value, which is then in the value register'),
  nextOrUndefined: op('iterator', 'the next value, undefined at the end'),
  restOf: op('iterator', 'the remaining values, as an array'),
  closeIterator: op('iterator', 'IteratorClose after a normal or jumping exit'),
  abandonIterator: op('iterator', 'IteratorClose after a throw: errors of `return` are dropped'),
  iterateAsync: op('iterable, text?', 'an async iterator that can be stored'),
  nextAsync: op('iterator', 'calls `next`; the result is to be awaited'),
  nextResult: op('iterator, result', 'checks an awaited result; true while there is a value, as `next`'),
  closeAsync: op('iterator', 'calls `return`; the result is to be awaited, undefined when there is none'),
  closeResult: op('result', 'checks the awaited result of `closeAsync`'),
  keysIn: op('object', 'the keys a for-in visits, as an array that can be stored'),
  iteratorOf: op('object, method, args', 'calls keys, values, entries or matchAll; the iterator can be stored'),

  // Objects.
  invoke: op('function, this, args, text', 'a method call whose arguments were awaited'),
  localized: op('object, method, args', 'calls a method that depends on the locale: en-US and UTC unless the program says otherwise'),
  bind: op('function, args', '`f.bind(…)`: the bound function can be stored'),
  target: op('object, key', 'an assignment target in a native pattern: its `value` marks what it writes'),
  place: op('write', 'an assignment target that runs code'),
  getter: op('object, key, getter', 'defines a getter of a literal'),
  setter: op('object, key, setter', 'defines a setter of a literal'),
  define: op('object, key, value', 'CreateDataProperty, after an accessor in a literal'),
  spread: op('object, source', 'CopyDataProperties, after an accessor in a literal'),
  omit: op('object, keys', 'a copy without these keys: the rest of an object pattern'),
  required: op('value', 'RequireObjectCoercible, with the TypeError of a destructuring'),
  toKey: op('value', 'ToPropertyKey'),
  superGet: op('home, key, this', 'reads a property of the home object’s prototype'),
  superSet: op('home, key, value, this', 'writes through the home object’s prototype'),
  superCall: op('env, class, args, newTarget', '`super(…)` in an arrow function of a constructor'),
  superWith: op('env, construct', '`super(…)` of a constructor whose fields may call closures that use `this`'),
  bindEarly: op('object', 'gives the constructor under way its `this`, before its first field'),
  bindThis: op('env, object', 'gives a constructor its `this`, once'),
  constructed: op('env, result', 'what a constructor returns whose arrow functions call `super(…)`'),
  argumentsOf: op('list', 'the `arguments` of a suspendable function'),
  prototype: op('object, key?', 'reads `prototype` or `__proto__`, which no run may change if all runs share it'),
  reflection: op('', 'reflection built-ins that must not show our symbols, or that mark what they change, as values'),

  // Built-ins that differ from the host’s, and package perdure.
  date: op('…args', '`new Date(…)` with the run’s clock'),
  now: op('', '`Date.now`, captured'),
  random: op('', '`Math.random`, captured'),
  console: op('', 'the captured console'),
  sleep: op('', '`sleep`'),
  channel: op('', '`channel`'),
  query: op('', '`query`'),
  scope: op('', '`scope`'),
  withTimeout: op('', '`withTimeout`'),
  start: op('', '`start`'),
  CancelledError: op('', 'the class of what is thrown when a run or a scope is cancelled'),
  TimeoutError: op('', 'the class of what is thrown when a scope takes too long'),
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;

/** A place in a source file; lines and columns count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Where a frame resumes. A frame's `$pc` is the index of its label plus one; 0 is the entry. */
export interface LabelManifest extends Position {
  name: string;
  /** The names of the slots that are live there: what a stored frame holds. */
  live: string[];
}

export interface FunctionManifest extends Position {
  /** The function's name for people: `fulfil`, `Cart.total`, `fulfil/undo`. */
  name: string;
  kind: 'function' | 'machine' | 'class';
  labels?: LabelManifest[];
  /** All slots of a frame, in the order of its fields. */
  slots?: string[];
}

/** What a module says about itself: what the runtime, the CLI and a later version of the code must know. */
export interface ModuleManifest {
  abi: number;
  /** The path of the source from the package's root: `src/order.wf.ts`. */
  id: string;
  /** The modules it imports, by id, in order of evaluation. */
  imports: string[];
  /** Those whose Env it reads: what `enter` is given after its own. */
  linked: string[];
  workflows: string[];
  effects: string[];
  channels: string[];
  /** The names of its queries. */
  queries: string[];
  /** The exports of the host view: name → how it is reached. */
  exports: Record<string, ExportManifest>;
  /** Functions, suspendable functions and classes by id. */
  functions: Record<string, FunctionManifest>;
  /** It awaits at its top level: `init` makes a frame. */
  awaits: boolean;
  /** The slots of the module's Env: bindings that are state of the run. */
  slots: string[];
  /** It mentions `Symbol`: its objects may have symbol keys. */
  symbols: boolean;
  /** It uses `Object` or `Reflect` as a value: its objects may have attributes that nobody announced. */
  reflective: boolean;
}

export type ExportManifest =
  | { kind: 'workflow' | 'effect' | 'channel' | 'query' | 'shared'; local: string }
  /** A variable of the run; `shared` if its value, once it is there, is the same for all runs. */
  | { kind: 'slot'; local: string; shared: boolean }
  /** A binding of another module. */
  | { kind: 'from'; module: string; local: string; storage: 'shared' | 'slot'; shared: boolean }
  | { kind: 'namespace'; module: string }
  /** A value of package perdure. */
  | { kind: 'package'; name: string };

/** The globals that a program may use; each reaches it as a named binding from the runtime. */
export const BUILTINS = [
  'Object',
  'Function',
  'Array',
  'String',
  'Number',
  'Boolean',
  'BigInt',
  'Symbol',
  'Math',
  'JSON',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Date',
  'RegExp',
  'Promise',
  'Reflect',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'ArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Intl',
  'structuredClone',
  'console',
  'crypto',
] as const;

export type BuiltinName = (typeof BUILTINS)[number];
