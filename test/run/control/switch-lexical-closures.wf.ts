export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const get: (() => unknown)[] = [];
  for (const k of [0, 1, 2, 3]) {
    switch (k) {
      case 0: {
        const x = await tick('zero'); get.push(() => x); break;
      }
      case 1:
        let shared = 'one';
        get.push(() => shared);
        await tick();
      case 2:
        shared = 'from' + k;
        get.push(() => shared + (typeof helper), helper);
        function helper() { return shared + '!'; }
        break;
      default:
        class Local { v = k; }
        await tick();
        get.push(() => new Local().v);
    }
  }
  await tick();
  console.log(get.map((f) => f()).join());
}

// expect: threw ReferenceError: Cannot access 'shared' before initialization
