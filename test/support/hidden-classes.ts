/**
 * Prints which restored objects have the same hidden class as fresh ones of the same run, as JSON. Run with
 * `--allow-natives-syntax`.
 */
import { metaOf } from '../../runtime/heap/meta.ts';
import { closureOf, type Env, type Frame, slotIn } from '../../runtime/machine/frame.ts';
import { compileText, Stepper } from './stepper.ts';

// Natives are syntax of their own, which only a function made from text may have here.
const native = (text: string): ((...args: unknown[]) => boolean) => new Function('a', 'b', `return ${text}`) as never;
const sameMap = native('%HaveSameMap(a, b)');
const hasFastProperties = native('%HasFastProperties(a)');
const elements = {
  smi: native('%HasSmiElements(a)'),
  double: native('%HasDoubleElements(a)'),
  object: native('%HasObjectElements(a)'),
  holey: native('%HasHoleyElements(a)'),
  dictionary: native('%HasDictionaryElements(a)'),
};

const SOURCE = `export declare function tick<T>(value?: T): Promise<T>;
class Point { x = 1; y: number; #secret = 5; constructor(y: number) { this.y = y; } get secret() { return this.#secret; } }
class Point3 extends Point { z = [this.y]; label; constructor(z: number) { super(z); this.label = 'p'; } }
class Late { a; constructor() { this.a = 1; this.b(); } b() { (this as any).c = 2; } }
class Failure extends Error { code = 'F'; }
class Table extends Map<string, number> { hits = 0; }
function make(n: number): any {
  class Local { m = n; }
  let count = n;
  const counter = () => count++;
  return {
    point: new Point(n), point3: new Point3(n), late: new Late(), failure: new Failure('f'), table: new Table([['a', n]]), local: new Local(),
    literal: { a: n, b: 'text', c: { d: true } }, nested: { o: { p: { q: n } } }, empty: {}, bare: Object.create(null),
    withDouble: { d: 0.5 + n }, withNull: { n: null }, smis: [n, 2, 3], doubles: [n + 0.5, 1.5], strings: ['a', 'b'], objects: [{ a: n }], mixed: [1, 'a', null], holes: [1, , 3], none: [],
    map: new Map([[n, n]]), set: new Set([n]), date: new Date(n), error: new Error('e'), counter, plain: () => 1, promise: Promise.resolve(n),
    matcher: /a/g,
  };
}
async function child(n: number, made: any) { const local = n; await tick(); return [local, made]; }
export async function main() {
  const old = make(1);
  const frame = child(1, old);
  await tick();
  const fresh = make(2);
  const other = child(2, fresh);
  await tick();
  await tick();
  return [old, fresh, frame, other].length;
}`;

const stepper = new Stepper(compileText(SOURCE));
stepper.step();
stepper.reload();
stepper.step();
stepper.step();

/** The machine's own objects of the run, by what asks for them. */
const frames = [...stepper.run.requests.values()].map(({ to }) => to).filter((to): to is Frame => to !== null && '$k' in to);
const main = frames.find((frame) => frame.$k.id.endsWith('#main'))!;
const [old, fresh] = ['old', 'fresh'].map((slot) => slotIn(main, slot) as Record<string, object>);

const answers: Record<string, boolean> = {};
const compare = (name: string, a: object, b: object): void => {
  if (metaOf(a) === undefined || metaOf(b) === undefined) throw new Error(`${name} has not been stored`);
  answers[name] = sameMap(a, b);
};

if (old === undefined || fresh === undefined) throw new Error('the frame of main does not hold both');
for (const name of Object.keys(old)) {
  const a = old[name]!;
  const b = fresh[name]!;
  if (typeof a === 'function') {
    const [one, two] = [closureOf(a)!, closureOf(b)!];
    compare(`${name}, its code`, a, b);
    if (one.env) answers[`${name}, its Env`] = sameMap(one.env, two.env as Env);
    answers[`${name}, its closure record`] = sameMap(one, two);
  } else if (name === 'local') {
    // Two evaluations of a class have two prototypes; what counts is that the instance is fast.
    answers[name] = hasFastProperties(a) === hasFastProperties(b);
  } else compare(name, a, b);
  if (Array.isArray(a)) for (const [kind, has] of Object.entries(elements)) answers[`${name}, ${kind} elements`] = has(a) === has(b);
  if (name === 'literal') compare('literal.c', (a as { c: object }).c, (b as { c: object }).c);
}
answers['a restored frame, a fresh one of another function'] = sameMap(main, frames.find((frame) => frame !== main));
process.stdout.write(JSON.stringify(answers));
