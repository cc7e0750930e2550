import Thing from './thing.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export default async function make(name: string) { await tick(); return new Thing(name + '!'); }
