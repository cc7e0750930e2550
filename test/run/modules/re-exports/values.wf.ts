const value = 21;
export function twice() { return value * 2; }
export default value;
