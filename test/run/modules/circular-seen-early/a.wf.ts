import { b, B, log } from './b.wf.ts';
import * as bs from './b.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;
export const constant = 'const';
export let variable = 1;
export class A { name = 'A'; }
export const arrow = () => 'arrow' + variable;
export enum Color { Red = 3 }
export function hoisted() { return 'hoisted'; }
variable = 2;
export const seen = [b, typeof B, bs.b].join();
export default class extends B { z = 'z'; }
export const done = () => log.join(' | ');
export const bump = () => ++variable;
