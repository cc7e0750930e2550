/** Awaited methods: public, private, inherited, by computed name, closures. */
export const setup = (): null => null;

class Account {
  protected balance = 0;
  #entries = 0;

  async add(amount: number): Promise<number> {
    this.balance += amount;
    return await this.#enter(amount);
  }

  async #enter(amount: number): Promise<number> {
    this.#entries++;
    return this.#entries + amount;
  }
}

class Savings extends Account {
  override async add(amount: number): Promise<number> {
    const entered = await super.add(amount);
    return entered + (this.balance % 3);
  }
}

export async function work(): Promise<number> {
  const accounts: Account[] = [new Account(), new Savings()];
  const handlers: Record<string, (n: number) => Promise<number>> = {
    even: async (n) => n + 1,
    odd: async (n) => n - 1,
  };
  let sum = 0;
  const count = async (n: number): Promise<void> => {
    sum += n;
  };
  for (let i = 0; i < 1000; i++) {
    const account = accounts[i % 2]!;
    await count(await account.add(i % 7));
    sum += await handlers[i % 3 === 0 ? 'even' : 'odd']!(i);
  }
  return sum;
}
