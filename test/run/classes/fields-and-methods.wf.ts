export declare function tick<T>(value?: T): Promise<T>;

class Account {
  balance = 0;
  history: number[] = [];
  owner;
  constructor(owner: string) { this.owner = owner; }
  deposit(n: number) { this.balance += n; this.history.push(n); return this; }
  get label() { return `${this.owner}:${this.balance}`; }
  set label(v: string) { this.owner = v; }
  static open(owner: string) { return new Account(owner); }
  toString() { return `Account(${this.label})`; }
}
export async function main() {
  const a = Account.open('ann');
  a.deposit(5);
  await tick();
  a.deposit(7).label = 'bob';
  await tick();
  console.log(a.label, String(a), a.history.join(), a instanceof Account, Object.keys(a).join(), a.constructor === Account, a.constructor.name);
}

// expect: bob:12 Account(bob:12) 5,7 true balance,history,owner true Account
// expect: returned undefined
