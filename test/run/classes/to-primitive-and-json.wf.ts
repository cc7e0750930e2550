export declare function tick<T>(value?: T): Promise<T>;

class Money {
  amount; currency;
  constructor(amount: number, currency: string) { this.amount = amount; this.currency = currency; }
  toJSON(key: string) { return `${key}=${this}`; }
  toString() { return `${this.amount} ${this.currency}`; }
  valueOf() { return this.amount; }
  static from(json: string) { const [, a, c] = /=(\d+) (\w+)/.exec(json)!; return new Money(Number(a), c!); }
}
export async function main() {
  const wallet = { cash: new Money(5, 'EUR'), list: [new Money(7, 'USD')] };
  await tick();
  const text = JSON.stringify(wallet);
  const sent = await tick(text);
  console.log(sent, Money.from(JSON.parse(sent).cash).amount + 1, (wallet.cash as any) + (wallet.list[0] as any), `${wallet.cash}`, (wallet.cash as any) > 4);
  wallet.cash.amount++;
  await tick();
  console.log(wallet.cash.toString(), wallet.cash.constructor === Money, JSON.stringify({ d: new Date(0), u: undefined, f: () => 1, n: NaN, nested: [undefined, Infinity] }));
}

// expect: {"cash":"cash=5 EUR","list":["0=7 USD"]} 6 12 5 EUR true
// expect: 6 EUR true {"d":"1970-01-01T00:00:00.000Z","n":null,"nested":[null,null]}
// expect: returned undefined
