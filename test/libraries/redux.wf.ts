// state: redux@5.0.1
import { createStore, combineReducers } from 'redux';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const store = createStore(
    combineReducers({ n: (s: any = 0, a: any) => (a.type === 'inc' ? s + 1 : s) }) as any,
  );
  const seen: any[] = [];
  store.subscribe(() => {
    seen.push(store.getState());
  });
  await tick(1);
  store.dispatch({ type: 'inc' } as any);
  await tick(2);
  store.dispatch({ type: 'inc' } as any);
  console.log(JSON.stringify(seen));
  return 1;
}
