export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const f = async () => {
    await tick();
    try { return Promise.resolve(1); } finally { Promise.resolve(2).then(() => 0); helper(); }
  };
  async function helper() { return 5; }
  console.log(await f());
}

// expect: 1
// expect: returned undefined
