export enum Level { Low, Mid, High = 10, Top }
export enum Color { Red = 'red', Blue = 'blue' }
export const enum Bits { Read = 1 << 0, Write = 1 << 1, Both = Read | Write }
