export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  for (const n of [1, 0]) {
    try {
      switch (n) {
        case 0:
          let y = 1;
          await tick();
          console.log('zero', y);
          break;
        case 1:
          await tick();
          console.log(y);
      }
    } catch (e) { console.log((e as Error).name); }
  }
}

// expect: ReferenceError
// expect: zero 1
// expect: returned undefined
