export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  await tick();
  throw new TypeError('at the end');
}

// expect: threw TypeError: at the end
