export interface Shape { a: number }
export type Id = string;
export const enum Flag { A = 1, B }
export enum Real { X = 'x' }
export class Klass { static s = 1; v = 2; }
export declare const ambientValue: number;
export declare function tick<T>(value?: T): Promise<T>;
export abstract class Abs { abstract m(): string; t() { return this.m(); } }
export default function () { return 'default fn'; }
