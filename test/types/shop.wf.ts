/** The workflows of `app.ts`. */
import { channel, query, type Question } from 'perdure';

export interface Order {
  id: string;
  total: number;
}

export declare function approve(order: Order): Promise<boolean>;
export declare function charge(order: Order, note: string): Promise<{ receipt: string }>;
export declare function render(scene: string): Promise<Uint8Array>;

export const notes = channel<string>('notes');
export const counts = channel<number>('counts');
export const prices = channel<Question<{ item: string }, number>>('prices');
export const progress = query(() => 0);

export async function fulfil(order: Order): Promise<string> {
  await approve(order);
  return (await charge(order, await notes.receive())).receipt;
}

export async function sweep(days?: number): Promise<number> {
  return days ?? (await counts.receive());
}
