/**
 * `query(…)`: a function of a run's state that may be asked from outside (`engine/query.ts`). As a channel it is the same
 * object for all runs of a program, stored by its name. Its function is nobody's to call but the engine's.
 */
export class Query {
  readonly #answer: Function;

  constructor(answer: Function) {
    this.#answer = answer;
  }

  static ask(query: Query, args: unknown[]): unknown {
    return Reflect.apply(query.#answer, undefined, args);
  }
}

export const query = (answer: Function): Query => new Query(answer);
