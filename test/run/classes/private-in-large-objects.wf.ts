// Private fields of an object that is too large to be written whole at every change.
export declare function tick<T>(value?: T): Promise<T>;

class Account {
  #balance = 0;
  #log: string[] = [];
  static #made = 0;
  owner = 'somebody whose name is long enough for the object to be large';
  address = 'a street with a long name, a number, a town with a long name and a postal code, and a country as well';
  notes = 'and more text, so that a change of one property is an edit of the record and not the record anew';
  constructor() { Account.#made++; }
  add(n: number) { const f = () => (this.#balance += n); f(); return this; }
  note(text: string) { this.#log.push(text); return this; }
  static made() { return this.#made; }
  get text() { return `${this.#balance} ${this.#log.join()} ${this.owner.length}`; }
}

class Large extends Map<string, number> {
  #hits = 0;
  get(key: string) { this.#hits++; return super.get(key); }
  hits() { return this.#hits; }
}

export async function main(): Promise<void> {
  const account = new Account();
  const large = new Large();
  for (let i = 0; i < 40; i++) large.set(`a key that is long ${i}`, i);
  await tick();
  for (let i = 0; i < 3; i++) {
    account.add(i + 1);
    large.get('x');
    await tick();
    account.note(`n${i}`);
    account.owner = account.owner.slice(1);
    await tick();
    console.log(account.text, large.hits(), Account.made());
  }
}

// expect: 1 n0 60 1 1
// expect: 3 n0,n1 59 2 1
// expect: 6 n0,n1,n2 58 3 1
// expect: returned undefined
