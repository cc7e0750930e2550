export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o = {
    n: 5,
    later() { return [1, 2].map((x) => x + this.n); },
    async wait() {
      await tick();
      const f = () => this.n;
      await tick();
      return f();
    },
  };
  console.log(o.later(), await o.wait());
}

// expect: [ 6, 7 ] 5
// expect: returned undefined
