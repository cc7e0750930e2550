/**
 * Pass 2: what is outside the dialect, reported all at once.
 *
 * One walk over the tree; each rule is a function per node type. Rules only read: a module that passes is one
 * that lowering can take as it is.
 */
import { eachChild, type Node } from '../ast.ts';
import type { ModuleGraph, ModuleRecord } from '../modules.ts';
import { validateTypes } from './rules/border-types.ts';
import { callbackRules } from './rules/callbacks.ts';
import { constructRules } from './rules/constructs.ts';
import { declarationRules, validateDeclarations } from './rules/declarations.ts';
import { moduleRules } from './rules/modules.ts';
import { nameRules, validateGlobals } from './rules/names.ts';
import { promiseRules } from './rules/promises.ts';

export interface Validation {
  record: ModuleRecord;
  graph: ModuleGraph;
  /** The nodes around the one a rule looks at, outermost first. */
  path: Node[];
}

export type Rule = (node: never, validation: Validation) => void;
type AnyRule = (node: Node, validation: Validation) => void;
export type Rules = Partial<Record<Node['type'], Rule>>;

const ALL: Rules[] = [nameRules, moduleRules, constructRules, declarationRules, promiseRules, callbackRules];

/** By type of node: most have no rule. */
const RULES = new Map<string, AnyRule[]>();
for (const rules of ALL) {
  for (const [type, rule] of Object.entries(rules)) RULES.set(type, [...(RULES.get(type) ?? []), rule as AnyRule]);
}

export function validateModule(record: ModuleRecord, graph: ModuleGraph): void {
  const validation: Validation = { record, graph, path: [] };
  validateGlobals(validation);
  validateDeclarations(validation);
  validateTypes(validation);
  const visit = (node: Node): void => {
    const rules = RULES.get(node.type);
    if (rules) for (const rule of rules) rule(node, validation);
    validation.path.push(node);
    eachChild(node, visit);
    validation.path.pop();
  };
  visit(record.parsed.program);
}
