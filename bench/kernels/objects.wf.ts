/** Objects: bodies that attract each other. Reads and writes of number fields. */
interface Body {
  x: number;
  y: number;
  vx: number;
  vy: number;
  mass: number;
}

export function setup(): Body[] {
  const bodies: Body[] = [];
  for (let i = 0; i < 40; i++) {
    bodies.push({ x: Math.cos(i) * (i + 1), y: Math.sin(i) * (i + 1), vx: 0, vy: 0, mass: 1 + (i % 7) });
  }
  return bodies;
}

function attract(a: Body, b: Body): void {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const distance = Math.sqrt(dx * dx + dy * dy + 0.5);
  const force = 0.001 / (distance * distance * distance);
  a.vx += dx * force * b.mass;
  a.vy += dy * force * b.mass;
  b.vx -= dx * force * a.mass;
  b.vy -= dy * force * a.mass;
}

export function work(bodies: Body[]): number {
  for (let step = 0; step < 200; step++) {
    for (let i = 0; i < bodies.length; i++) {
      for (let j = i + 1; j < bodies.length; j++) attract(bodies[i]!, bodies[j]!);
    }
    for (const body of bodies) {
      body.x += body.vx;
      body.y += body.vy;
    }
  }
  return Math.round(bodies.reduce((sum, { x, y }) => sum + x + y, 0) * 1e6);
}
