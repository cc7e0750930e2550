export declare function tick<T>(value?: T): Promise<T>;

export default class Thing { name; constructor(name: string) { this.name = name; } async hello() { await tick(); return `hello ${this.name} from ${kind}`; } }
export const kind = 'thing';
