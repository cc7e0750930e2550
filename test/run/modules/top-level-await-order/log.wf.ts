export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;
export const lines: string[] = [];
export const log = (s: string) => { lines.push(s); console.log(s); };
