/**
 * Random workflow programs: control flow × closures × waits × containers × classes × exceptions.
 *
 * Total by construction: every loop is bounded, nothing calls itself, nothing reads what may be missing without a
 * default. What is defined is used at once, and a block shares its room among its statements, so that most of a
 * program runs: one that buries its statements in functions that nobody calls tests the compiler only.
 */
import { Random } from '../support/random.ts';
import { CONTROL } from './control.ts';
import { DEFINITIONS } from './definitions.ts';
import { expression } from './expressions.ts';
import { type Kind, type Scope, still, type Variable } from './scope.ts';
import { STATEMENTS } from './statements.ts';
import { USES } from './uses.ts';

const ROOM = 44;
const DEPTH_MAX = 6;
const FUNCTIONS_MAX = 3;

export class Generator {
  readonly random: Random;
  private names = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** The statements of a program. */
  program(): string {
    const given = (name: string, kind: Kind, mutable = false): Variable => ({ name, kind, mutable, depth: 0 });
    const scope: Scope = {
      variables: [given('a', 'num', true), given('arr', 'arr'), given('cell', 'cell')],
      async: true,
      yields: false,
      returns: false,
      guarded: false,
      targets: [],
      depth: 0,
      functions: 0,
      room: ROOM,
    };
    return this.block(scope, 4 + this.random.below(9));
  }

  /** Statements of a scope of their own, which share the room there is. */
  block(outer: Scope, most: number): string {
    const count = Math.max(1, Math.min(most, outer.room));
    const share = Math.floor(outer.room / count) - 1;
    const scope: Scope = { ...outer, variables: [...outer.variables], depth: outer.depth + 1, room: share };
    const statements: string[] = [];
    for (let i = 0; i < count; i++) statements.push(this.statement(scope));
    return statements.join('\n');
  }

  /** One or two, one to three statements. */
  few(scope: Scope, most = 2): string {
    return this.block(scope, 1 + this.random.below(most));
  }

  private statement(scope: Scope): string {
    const { random } = this;
    if (scope.async && random.chance(0.12)) return 'await tick();';
    if (scope.room < 1 || scope.depth > DEPTH_MAX) return random.pick(random.chance(0.35) ? USES : STATEMENTS)(this, scope);
    const lists = scope.functions < FUNCTIONS_MAX ? [STATEMENTS, CONTROL, CONTROL, DEFINITIONS, USES] : [STATEMENTS, CONTROL, USES];
    return random.pick(random.pick(lists))(this, scope);
  }

  // ——— Names ———

  /** A name that nothing else has. */
  name(letter: string): string {
    return `${letter}${++this.names}`;
  }

  /** Declares a name in a scope. */
  declare(scope: Scope, name: string, kind: Kind, mutable = false): string {
    scope.variables = scope.variables.filter((v) => v.name !== name);
    scope.variables.push({ name, kind, mutable, depth: scope.depth });
    return name;
  }

  /** A name for a `let` or `const`: now and then one that shadows another of an outer block. */
  shadowing(scope: Scope): string {
    const name = `x${this.random.below(4)}`;
    const taken = scope.variables.some((v) => v.name === name && v.depth === scope.depth);
    return taken || this.random.chance(0.6) ? this.name('v') : name;
  }

  /** A variable of a kind, if there is one; of those of the innermost blocks rather. */
  variable(scope: Scope, kind: Kind): string | null {
    const found = scope.variables.filter((v) => v.kind === kind);
    return found.length > 0 ? this.random.pick([...found, ...found.slice(-2)]).name : null;
  }

  /** A number that may be assigned. */
  mutable(scope: Scope): string | null {
    const found = scope.variables.filter((v) => v.kind === 'num' && v.mutable);
    return found.length > 0 ? this.random.pick([...found, ...found.slice(-2)]).name : null;
  }

  // ——— Expressions ———

  expression(scope: Scope, depth = 1): string {
    return expression(this, scope, depth);
  }

  /** An expression that can stand in a function of its own: nothing waits in it. */
  still(scope: Scope, depth = 1): string {
    return expression(this, still(scope), depth);
  }
}
