export interface Sound { speak(): string }
export const registry = new Map<string, Animal>();
export class Animal implements Sound {
  static count = 0;
  #secret = 'hidden';
  name;
  constructor(name: string) { this.name = name; Animal.count++; registry.set(name, this); }
  speak() { return this.name; }
  secret() { return this.name + this.#secret; }
  static create<T extends Animal>(this: new (n: string) => T, n: string) { return new this(n); }
}
