export let one = 'one';
export const two = 'two';
export const setOne = (to: string) => { one = to; };
export class Deep { n; constructor(n: number) { this.n = n; } twice() { return this.n * 2; } }
export default (x: number) => x + 1;
