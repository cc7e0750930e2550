/** An interpreter of a stack machine: a switch in a loop, push and pop, variables in an array. */
interface Machine {
  code: [op: string, operand: number][];
  stack: number[];
  variables: number[];
  steps: number;
}

export function setup(): Machine {
  // i = 3000; sum = 0; while (i) { sum = (sum + i * i) % 9973; i = i - 1 }
  const code: [string, number][] = [
    ['push', 3000], ['store', 0], ['push', 0], ['store', 1],
    ['load', 0], ['exitIfZero', 0],
    ['load', 1], ['load', 0], ['load', 0], ['multiply', 0], ['add', 0], ['push', 9973], ['modulo', 0], ['store', 1],
    ['load', 0], ['push', -1], ['add', 0], ['store', 0], ['jump', 4],
  ];
  return { code, stack: [], variables: [0, 0], steps: 0 };
}

function execute(machine: Machine): number {
  const { code, stack, variables } = machine;
  stack.length = 0;
  for (let at = 0; ; ) {
    machine.steps++;
    const [op, operand] = code[at++]!;
    switch (op) {
      case 'push':
        stack.push(operand);
        break;
      case 'load':
        stack.push(variables[operand]!);
        break;
      case 'store':
        variables[operand] = stack.pop()!;
        break;
      case 'add':
        stack.push(stack.pop()! + stack.pop()!);
        break;
      case 'multiply':
        stack.push(stack.pop()! * stack.pop()!);
        break;
      case 'modulo': {
        const by = stack.pop()!;
        stack.push(stack.pop()! % by);
        break;
      }
      case 'jump':
        at = operand;
        break;
      case 'exitIfZero':
        if (stack.pop() === 0) return variables[1]!;
        break;
      default:
        throw new Error(`no operation ${op}`);
    }
  }
}

export function work(machine: Machine): number {
  machine.steps = 0;
  return execute(machine) + machine.steps;
}
