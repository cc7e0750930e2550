// graphs: graphology@0.26.0
import Graph from 'graphology';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  const g = new Graph();
  g.addNode('a');
  g.addNode('b');
  g.addEdge('a', 'b');
  await tick(1);
  g.setNodeAttribute('a', 'x', 1);
  await tick(2);
  console.log(g.order, g.size, JSON.stringify(g.export()));
  return 1;
}
