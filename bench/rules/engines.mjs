// Other rule engines, each given the same twelve rules in its own manner, each in the fastest of the
// manners that its documentation shows, without a cache of answers. A maker takes the rules, strongest
// first, and returns { prepare(facts), ask(prepared) → outcome }: what `prepare` makes is made before
// any clock runs. Silence is REFER, as in ours.
import { celEnv, parse, plan } from '@bufbuild/cel';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import zen from '@gorules/zen-engine';
import { newEnforcer, newModelFromString } from 'casbin';

const factsOf = (rules) => [...new Set(rules.flatMap((rule) => Object.keys(rule.when)))];

// casbin: a policy line a rule, in order of strength; the first line that matches is told.
async function makeCasbin(rules) {
  const facts = factsOf(rules);
  const enforcer = await newEnforcer(
    newModelFromString(`
[request_definition]
r = ${facts.join(', ')}
[policy_definition]
p = ${facts.join(', ')}, outcome, eft
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = ${facts.map((fact) => `has(p.${fact}, r.${fact})`).join(' && ')}
`),
  );
  enforcer.addFunction('has', (allowed, value) => allowed === '*' || allowed.includes(`|${value}|`));
  for (const rule of rules) {
    const columns = facts.map((fact) => (rule.when[fact] ? `|${rule.when[fact].join('|')}|` : '*'));
    await enforcer.addPolicy(...columns, rule.outcome, rule.outcome === 'PERMIT' ? 'allow' : 'deny');
  }
  return {
    prepare: (situation) => facts.map((fact) => situation[fact]),
    ask: (request) => enforcer.enforceExSync(...request)[1][facts.length] ?? 'REFER',
  };
}

// CEL: one expression, planned once, that says the outcome.
function makeCel(rules) {
  const condition = ([fact, values]) =>
    values.length === 1 ? `${fact} == "${values[0]}"` : `${fact} in ["${values.join('", "')}"]`;
  const expression = rules.reduceRight(
    (rest, rule) =>
      `(${Object.entries(rule.when).map(condition).join(' && ')}) ? "${rule.outcome}" : (${rest})`,
    '"REFER"',
  );
  const planned = plan(celEnv(), parse(expression));
  return { prepare: (situation) => situation, ask: planned };
}

// Cedar: a policy a rule, parsed once; of all that forbid, or else permit, it tells the ids.
function makeCedar(rules) {
  const condition = ([fact, values]) =>
    values.length === 1
      ? `context.${fact} == "${values[0]}"`
      : `["${values.join('", "')}"].contains(context.${fact})`;
  const staticPolicies = Object.fromEntries(
    rules.map((rule) => [
      rule.id,
      `${rule.outcome === 'PERMIT' ? 'permit' : 'forbid'}(principal, action, resource) when { ` +
        `${Object.entries(rule.when).map(condition).join(' && ')} };`,
    ]),
  );
  const parsed = preparsePolicySet('twelve', { staticPolicies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  const strength = new Map(rules.map((rule, n) => [rule.id, n]));
  return {
    prepare: (context) => ({
      principal: { type: 'Organisation', id: 'sender' },
      action: { type: 'Action', id: 'propose' },
      resource: { type: 'Task', id: 'task' },
      context,
      preparsedPolicySetId: 'twelve',
      entities: [],
    }),
    ask: (call) => {
      const { reason } = statefulIsAuthorized(call).response.diagnostics;
      if (reason.length === 0) return 'REFER';
      return rules[Math.min(...reason.map((id) => strength.get(id)))].outcome;
    },
  };
}

// ZEN: a decision table whose first matching row is the answer. Its calls are asynchronous; they are
// made one after the other, as on one thread.
function makeZen(rules) {
  const facts = factsOf(rules);
  const columns = facts.map((fact) => ({ id: fact, name: fact, field: fact, type: 'expression' }));
  const rows = rules.map((rule) => ({
    _id: rule.id,
    ...Object.fromEntries(
      facts.map((fact) => [fact, (rule.when[fact] ?? []).map((value) => `"${value}"`).join(', ')]),
    ),
    outcome: `"${rule.outcome}"`,
  }));
  const table = {
    hitPolicy: 'first',
    inputs: columns,
    outputs: [{ id: 'outcome', name: 'outcome', field: 'outcome', type: 'expression' }],
    rules: rows,
  };
  const decision = new zen.ZenEngine().createDecision({
    contentType: 'application/vnd.gorules.decision',
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode' },
      { id: 'table', name: 'table', type: 'decisionTableNode', content: table },
      { id: 'out', name: 'out', type: 'outputNode' },
    ],
    edges: [
      { id: 'a', type: 'edge', sourceId: 'in', targetId: 'table' },
      { id: 'b', type: 'edge', sourceId: 'table', targetId: 'out' },
    ],
  });
  return {
    asynchronous: true,
    prepare: (situation) => situation,
    ask: async (situation) => (await decision.evaluate(situation)).result.outcome ?? 'REFER',
  };
}

export const makers = {
  casbin: makeCasbin,
  '@bufbuild/cel': makeCel,
  '@cedar-policy/cedar-wasm': makeCedar,
  '@gorules/zen-engine': makeZen,
};
