/** Prints what a workflow shows of locales and times, in whatever locale and time zone this process has. */
import { runCompiled } from './harness.ts';
import { compileText } from './stepper.ts';

const source = `export declare function tick<T>(value?: T): Promise<T>;
export async function main() {
  const number = new Intl.NumberFormat(), date = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'long' }), fallback = new Intl.NumberFormat('xx');
  const when = new Date(0);
  await tick();
  return [number.format(1234.5), date.format(when), fallback.format(0.5), when.toLocaleString(), (0.5).toLocaleString(), ['z', 'ä'].sort((a, b) => a.localeCompare(b)), await tick(when.toLocaleDateString()), when?.toLocaleDateString(), (when?.toLocaleDateString)(), await when.toLocaleDateString()];
}`;

process.stdout.write(runCompiled(compileText(source), { mode: 'every' }).at(-1)!);
