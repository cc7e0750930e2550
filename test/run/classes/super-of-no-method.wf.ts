class A extends (Map as any) {
  go(): void {
    super.nope(1);
  }
  go3(): void {
    super.push(1);
  }
  async go2(): Promise<void> {
    try { super.nope(await Promise.resolve(2)); } catch (e) { console.log((e as Error).message); }
    try { super.push(2); } catch (e) { console.log((e as Error).message); }
  }
}
export async function main(): Promise<void> {
  const a = new A();
  await (a as any).go2();
  try { (a as any).go(); } catch (e) { console.log((e as Error).message, (e as Error).stack!.split("\n")[1]!.match(/at (A.go\d?) .*(:\d+:\d+)/)!.slice(1).join()); }
  try { (a as any).go3(); } catch (e) { console.log((e as Error).message, (e as Error).stack!.split("\n")[1]!.match(/at (A.go\d?) .*(:\d+:\d+)/)!.slice(1).join()); }
}

// expect: (intermediate value).nope is not a function
// expect: (intermediate value).push is not a function
// expect: (intermediate value).nope is not a function A.go,:3:11
// expect: (intermediate value).push is not a function A.go3,:6:11
// expect: returned undefined
