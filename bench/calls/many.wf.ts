/** Awaited calls among many functions, as programs have them: no site of the driver sees few kinds of frames. */
export const setup = (): null => null;

interface Line {
  sku: number;
  count: number;
}

const half = async (n: number): Promise<number> => n >> 1;

async function stock(sku: number): Promise<number> {
  return (sku * 31) % 17;
}

async function supplier(sku: number): Promise<number> {
  const near = await half(sku);
  return near % 5;
}

async function freight(from: number, weight: number): Promise<number> {
  const distance = from * 3 + 1;
  const rounded = await half(distance);
  return rounded * weight;
}

async function duty(from: number, net: number): Promise<number> {
  return from === 0 ? 0 : await half(net);
}

async function reserve(sku: number, count: number): Promise<number> {
  const there = await stock(sku);
  return Math.min(there, count);
}

async function reorder(sku: number, missing: number): Promise<number> {
  const from = await supplier(sku);
  const cost = await freight(from, missing);
  return cost + (await duty(from, cost));
}

async function net({ sku, count }: Line): Promise<number> {
  let price = (sku % 9) + 1;
  if (count > 3) price -= await discount(sku, count);
  return price * count;
}

async function discount(sku: number, count: number): Promise<number> {
  const step = await half(count);
  const base = await half(sku);
  return step < base ? step : 1;
}

async function tax(amount: number, rate: number, region: number): Promise<number> {
  const local = region % 2 === 0 ? rate : await half(rate);
  const due = amount * local;
  return await half(due);
}

async function points(amount: number): Promise<number> {
  return amount % 100;
}

async function line(item: Line, region: number): Promise<number> {
  const got = await reserve(item.sku, item.count);
  const extra = got < item.count ? await reorder(item.sku, item.count - got) : 0;
  const value = await net(item);
  const due = await tax(value, 7, region);
  return value + extra + due;
}

async function loyalty(total: number, customer: number): Promise<number> {
  const earned = await points(total);
  return customer % 3 === 0 ? earned * 2 : earned;
}

async function order(customer: number): Promise<number> {
  const lines: Line[] = [];
  for (let i = 0; i < 4; i++) lines.push({ sku: customer * 7 + i, count: (customer + i) % 6 });
  let total = 0;
  for (const item of lines) total += await line(item, customer);
  const bonus = await loyalty(total, customer);
  return total - bonus;
}

export async function work(): Promise<number> {
  let sum = 0;
  for (let customer = 0; customer < 60; customer++) sum += await order(customer);
  return sum % 1_000_003;
}
