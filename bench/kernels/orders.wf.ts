/** Orders: what a business workflow does. Records are copied by spread, destructured, grouped, totalled. */
interface Item {
  sku: string;
  price: number;
  quantity: number;
}

interface Order {
  id: number;
  customer: { name: string; country: string };
  items: Item[];
  status: 'open' | 'paid' | 'shipped';
  total: number;
}

const TAX: Record<string, number> = { de: 0.19, fr: 0.2, ch: 0.077 };
const COUNTRIES = ['de', 'fr', 'ch'];

export function setup(): { orders: Order[] } {
  const orders: Order[] = [];
  for (let id = 0; id < 300; id++) {
    const items: Item[] = [];
    for (let i = 0; i <= id % 6; i++) items.push({ sku: `sku-${(id * 13 + i) % 97}`, price: 100 + ((id * 7 + i) % 900), quantity: 1 + (i % 3) });
    orders.push({ id, customer: { name: `customer ${id % 40}`, country: COUNTRIES[id % 3]! }, items, status: 'open', total: 0 });
  }
  return { orders };
}

const priced = (order: Order): Order => {
  const { items, customer } = order;
  const net = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return { ...order, total: Math.round(net * (1 + (TAX[customer.country] ?? 0))) };
};

export function work(state: { orders: Order[] }): number {
  let revenue = 0;
  for (let round = 0; round < 3; round++) {
    state.orders = state.orders.map(priced);
    for (const order of state.orders) {
      order.status = order.total > 1500 ? 'paid' : 'open';
      for (const item of order.items) item.quantity = (item.quantity % 3) + 1;
    }
    const byCustomer = new Map<string, Order[]>();
    for (const order of state.orders) {
      const { name } = order.customer;
      const known = byCustomer.get(name);
      if (known) known.push(order);
      else byCustomer.set(name, [order]);
    }
    for (const [, orders] of byCustomer) {
      const [best] = orders.toSorted((a, b) => b.total - a.total);
      if (best!.status === 'paid') best!.status = 'shipped';
      revenue += best!.total;
    }
  }
  return revenue + state.orders.filter(({ status }) => status === 'shipped').length;
}
