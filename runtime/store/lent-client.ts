/**
 * The client of a transaction, as the app's code has it: in all the driver's own, until that code has ended. Its connection then goes
 * back to the pool, and who has it next is the transaction of another run; so a statement that comes late, such as one of a branch
 * that nobody waits for, is refused. What was asked for before that end is part of the transaction: a connection does one thing after
 * the other, and the COMMIT comes last.
 */
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { TransactionClient } from './transaction.ts';

/** What sends statements: with node-postgres the first, with PGlite all. */
const STATEMENTS = new Set<PropertyKey>(['query', 'exec', 'sql']);
/** What would take the connection, or the transaction, out of our hands. */
const ENDS = new Set<PropertyKey>(['release', 'end', 'rollback']);

type Method = (...args: unknown[]) => unknown;

/** A query of node-postgres that sends itself, such as a cursor or a stream: it is told of errors, and tells whoever reads it. */
interface Submittable {
  submit(connection: unknown): void;
  handleError(error: Error, connection: unknown): void;
}

/** `isOver`: has the code of the app ended, or been given up? */
export function lend(client: TransactionClient, effect: string, isOver: () => boolean): TransactionClient {
  /** What the app has set on it, which does not stay on the connection; and methods, the same each time. */
  const own = new Map<PropertyKey, unknown>();
  const lent: TransactionClient = new Proxy(client, {
    get(target, key) {
      if (own.has(key)) return own.get(key);
      const value = Reflect.get(target, key, target) as unknown;
      const method = typeof value === 'function' ? methodOf(target, key, value as Method) : null;
      if (method) own.set(key, method);
      return method ?? value;
    },
    set(_, key, value) {
      own.set(key, value);
      return true;
    },
    has: (target, key) => own.has(key) || Reflect.has(target, key),
  });

  function methodOf(target: TransactionClient, key: PropertyKey, value: Method): Method | null {
    if (ENDS.has(key)) return () => refuseEnd(effect, String(key));
    if (STATEMENTS.has(key)) return (...args) => (isOver() ? refuse(target, effect, args) : value.apply(target, args));
    if (key === 'constructor' || Object.hasOwn(target, key)) return null;
    return (...args) => {
      const result = value.apply(target, args);
      return result === target ? lent : result; // `client.on(…)` returns the client
    };
  }
  return lent;
}

function refuseEnd(effect: string, method: string): never {
  throw new PerdureError('transaction_ended', `${effect} has called \`client.${method}()\`, but the client of a transaction is not the effect's to ${method}.`);
}

/** Refuses a statement in the way in which the driver tells of errors: to a callback, to a query that sends itself, or by a promise. */
function refuse(client: TransactionClient, effect: string, args: unknown[]): unknown {
  const error = new PerdureError(
    'transaction_over',
    `The transaction of ${effect} is over: this statement came after the implementation had ended, or was given up. Is an \`await\` missing?`,
  );
  const [query] = args;
  const callback = [...args, (query as { callback?: unknown } | null | undefined)?.callback].find((arg) => typeof arg === 'function') as Method | undefined;
  if (isSubmittable(query)) host.afterThis(() => query.handleError(error, (client as { connection?: unknown }).connection));
  else if (callback) host.afterThis(() => callback(error));
  else return Promise.reject(error);
  return isSubmittable(query) ? query : undefined;
}

const isSubmittable = (query: unknown): query is Submittable => typeof (query as Submittable | null | undefined)?.submit === 'function';
