/** Classes: a cache as a linked list under a map, and accounts with private fields, accessors and inheritance. */
class Node {
  previous: Node | null = null;
  next: Node | null = null;
  value: number;
  readonly key: number;
  constructor(key: number, value: number) {
    this.key = key;
    this.value = value;
  }
}

class Cache {
  readonly nodes = new Map<number, Node>();
  readonly limit: number;
  first: Node | null = null;
  last: Node | null = null;
  constructor(limit: number) {
    this.limit = limit;
  }
  get(key: number): number | undefined {
    const node = this.nodes.get(key);
    if (!node) return undefined;
    this.unlink(node);
    this.append(node);
    return node.value;
  }
  set(key: number, value: number): void {
    const known = this.nodes.get(key);
    if (known) {
      known.value = value;
      return;
    }
    if (this.nodes.size >= this.limit && this.first) {
      this.nodes.delete(this.first.key);
      this.unlink(this.first);
    }
    const node = new Node(key, value);
    this.nodes.set(key, node);
    this.append(node);
  }
  unlink(node: Node): void {
    if (node.previous) node.previous.next = node.next;
    else this.first = node.next;
    if (node.next) node.next.previous = node.previous;
    else this.last = node.previous;
  }
  append(node: Node): void {
    node.previous = this.last;
    node.next = null;
    if (this.last) this.last.next = node;
    else this.first = node;
    this.last = node;
  }
}

class Account {
  #balance = 0;
  readonly owner: string;
  constructor(owner: string) {
    this.owner = owner;
  }
  get balance(): number {
    return this.#balance;
  }
  deposit(amount: number): void {
    this.#balance += amount;
  }
  fee(): number {
    return 1;
  }
}

class Savings extends Account {
  bonus = 0;
  override deposit(amount: number): void {
    super.deposit(amount - this.fee());
    this.bonus++;
  }
  override fee(): number {
    return super.fee() / 2;
  }
}

export function setup(): { cache: Cache; accounts: Account[] } {
  const accounts: Account[] = [];
  for (let i = 0; i < 60; i++) accounts.push(i % 2 === 0 ? new Account(`a${i}`) : new Savings(`s${i}`));
  return { cache: new Cache(300), accounts };
}

export function work({ cache, accounts }: { cache: Cache; accounts: Account[] }): number {
  let found = 0;
  for (let i = 0; i < 12_000; i++) {
    const key = (i * 31) % 450;
    const value = cache.get(key);
    if (value === undefined) cache.set(key, i);
    else found += value & 7;
  }
  const before = accounts.reduce((sum, account) => sum + account.balance, 0);
  for (let i = 0; i < 20_000; i++) accounts[i % accounts.length]!.deposit(i & 15);
  return found + accounts.reduce((sum, account) => sum + account.balance, 0) - before;
}
