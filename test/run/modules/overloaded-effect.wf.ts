// Overloads of an effect are one effect.
export declare function tick(value: string): Promise<string>;
export declare function tick(value: number): Promise<number>;

export async function main() {
  return [await tick('a'), await tick(1)];
}

// expect: returned ["a",1]
