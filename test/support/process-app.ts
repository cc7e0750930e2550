/** The workflows of `worker-process.ts`, known to it and to the tests that start it. */
export const PROCESS_APP = `
  export declare function act(label: string, ms: number): Promise<string>;
  export declare function safe(label: string, ms: number): Promise<string>;
  export const go = channel<any>('go');
  export async function steps(n: number, ms: number) {
    const out: string[] = [];
    for (let i = 0; i < n; i++) out.push(await safe('step ' + i, ms));
    return out;
  }
  export async function careful(ms: number) { return await act('careful', ms); }
  export async function draws() {
    const before = [Date.now(), Math.random(), crypto.randomUUID()];
    await safe('long', 60000);
    return before;
  }
  export async function hoards() {
    const kept: unknown[] = [await safe('before', 0)];
    for (;;) kept.push(new Array(1_000_000).fill(kept.length));
  }
  export async function waits() { return await go.receive(); }
`;
