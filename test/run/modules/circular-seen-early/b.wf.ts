import { constant, variable, A, arrow, Color, hoisted } from './a.wf.ts';
import Dflt, * as as from './a.wf.ts';
export const log: string[] = [];
const t = (name: string, f: () => unknown) => { try { log.push(name + '=' + String(f())); } catch (e) { log.push(name + ':' + (e as Error).message); } };
t('constant', () => constant); t('variable', () => variable); t('A', () => new A().name); t('arrow', () => arrow()); t('hoisted', () => hoisted());
t('as.constant', () => as.constant); t('typeof', () => typeof constant); t('keys', () => Object.keys(as)); t('dflt', () => Dflt); t('in', () => 'constant' in as);
t('has', () => Reflect.has(as, 'A')); t('pick', () => (as as any)['variable'] as any);
export const b = 'b';
export class B { b = 'B'; later() { return [constant, variable, new A().name, arrow(), Color.Red, as.variable, new Dflt().z].join(); } }
export const reenter = () => as;
