export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const kept = { console, log: console.log };
  await tick();
  kept.log(String(kept.console), Object.prototype.toString.call(console), kept.console === console, console[Symbol.toStringTag as keyof Console]);
}

// expect: [object console] [object console] true console
// expect: returned undefined
