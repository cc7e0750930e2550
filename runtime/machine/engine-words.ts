/**
 * Messages of errors that V8 makes, in the words of the source. V8 names the expression that went wrong, and prints
 * it from the code that runs, which is ours:
 *
 *     (0 , $e3.pay) is not a function            →  pay is not a function
 *     $console.words is not a function           →  console.words is not a function
 *     $t21 is not a constructor                  →  (intermediate value) is not a constructor
 *
 * Wherever a program can see an exception for the first time (a `catch`, a rejection, the end of the run) it has
 * passed here. Only what V8 makes is looked at, and of that only messages with a name that no source can have.
 */

/** Messages that begin with an expression, or quote one. */
const WITH_EXPRESSION = / is not (a function|a constructor|iterable|async iterable)|^Cannot destructure |^Class extends value |^Cannot access '/;

/** Envs of scopes, of modules, shared values of imported modules; the way to an Env further out. */
const ENV = /\$(?:e\d+|env\d*|in\d+)\.(?:\$up\.)*/g;
/** `(0 , f)`: a call without a receiver. */
const BARE = /\(0 , ((?:[^()]|\(\.\.\.\))*)\)/g;
/** Variables of ours: temporaries, what a machine holds, makers of closures. */
const OURS = /\$(?:[a-z]?\d+|error|case|args|fn|c|x|s|self)\b|\b[\w$]+\$make\(\.\.\.\)/g;

export function inSourceWords<T>(error: T): T {
  if (!(error instanceof TypeError || error instanceof ReferenceError)) return error;
  const own = Object.getOwnPropertyDescriptor(error, 'message');
  const message: unknown = own?.value;
  if (typeof message !== 'string' || own!.writable !== true || !WITH_EXPRESSION.test(message)) return error;
  const told = translate(message);
  if (told !== message) error.message = told;
  return error;
}

function translate(message: string): string {
  if (!message.includes('$') && !message.includes('(0 , ') && !message.includes('(intermediate value)(')) return message;
  return message
    .replaceAll(BARE, '$1')
    .replaceAll(/\$reflection\.(Object|Reflect)\b/g, '$1')
    .replaceAll(/\$(console|sleep|channel|scope|withTimeout|start|CancelledError|TimeoutError)\b/g, '$1')
    .replaceAll(ENV, '')
    .replaceAll(OURS, '(intermediate value)')
    .replaceAll(/(\(intermediate value\)){2,}/g, '(intermediate value)')
    .replaceAll(/\$\$(\w)/g, '$$$1');
}
