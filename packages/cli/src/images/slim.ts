import { ComparedPath, createDeployment, createSlimming, followSlimming, type Slimming } from '@berth/contract'
import { z } from 'zod'
import { type Context, defineCommand, jsonOption } from '../command.ts'
import { followToEnd } from '../deployments/follow-to-end.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { errorLines } from '../terminal/describe-error.ts'
import { openStepView, silentView } from '../terminal/step-view.ts'
import { printSlimming } from './print-slimming.ts'

export const slim = defineCommand({
  usage: 'image slim <app>',
  summary: "Make an app's image smaller, prove that it still serves, and deploy it if asked",
  details:
    'Both images are started on a network of their own, and must pass the health check and answer the same. One that does ' +
    'not is thrown away; what runs is never touched but by --deploy. Ctrl-C ends the work.',
  options: {
    '--deploy': 'deploy the smaller image once it is proven',
    '--aggressive': 'also leave out compilers, headers, tests and documents of packages, and all caches and logs',
    '--path <path>': 'compare the answers to this path, too (repeatable, 10 at most)',
    '--service <name>': 'of an app with several services (its face)',
    ...jsonOption,
  },
  repeatable: ['path'],
  examples: ['berth image slim shop', 'berth image slim shop --path /products --path /api/status --deploy'],
  args: z.strictObject({
    app: appArgument,
    deploy: z.boolean().default(false),
    aggressive: z.boolean().default(false),
    path: z.array(ComparedPath).max(10, 'use at most 10 paths').default([]),
    service: z.string().optional(),
    json: z.boolean().default(false),
  }),

  async run({ app, deploy, aggressive, path: paths, service, json }, context) {
    const body = { paths, isAggressive: aggressive, ...(service === undefined ? {} : { service }) }
    const begun = await context.call(createSlimming, { params: { app }, body })
    const ended = await follow(begun, { json }, context)
    const isSlim = ended.report?.outcome === 'slimmed'
    if (json && !(deploy && isSlim)) context.printJson(ended)
    else if (!json) printSlimming(ended, { willDeploy: deploy }, context)
    if (!ended.report) return reportFailure(ended, context)
    if (deploy && isSlim) return deploySlim(ended, { json }, context)
    return ended.report.outcome === 'refused' ? exitCode.failed : exitCode.ok
  },
})

async function follow(first: Slimming, { json }: { json: boolean }, context: Context): Promise<Slimming> {
  const skewMs = context.now() - Date.parse(first.createdAt)
  const view = json ? silentView : openStepView(context, { skewMs, what: 'The work' })
  const params = { app: first.app, slimmingId: first.id }
  const followed = {
    first,
    follow: () => context.stream(followSlimming, { params }),
    stepsOf: (slimming: Slimming) => [stepOf(slimming)],
    what: 'the work',
    hint: `Begin again with: berth image slim ${first.app}`,
  }
  try {
    return await followToEnd(followed, view, context)
  } finally {
    view.end()
  }
}

const states = { running: 'running', succeeded: 'done', failed: 'failed', cancelled: 'failed' } as const

const stepOf = ({ machine, state, detail, createdAt, finishedAt }: Slimming) => ({
  title: `Making it smaller on ${machine}`,
  state: states[state],
  ...{ detail, startedAt: createdAt, finishedAt },
})

function reportFailure({ failure }: Slimming, { note, terminal }: Context): number {
  for (const line of errorLines(failure?.message ?? 'It failed', failure?.hint, terminal.colors)) note(line)
  return exitCode.failed
}

/** An ordinary deployment, refused if the app serves something else by now. */
async function deploySlim(
  { app, service, releaseVersion, report }: Slimming,
  { json }: { json: boolean },
  context: Context,
) {
  const change = { image: report?.image ?? undefined }
  const body = { change, service, ifServing: releaseVersion }
  const deployment = await context.call(createDeployment, { params: { app }, body })
  return watchNewDeployment(deployment, { json }, context)
}
