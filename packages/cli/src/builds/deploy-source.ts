import { createBuild, getDeployment, type InputOf } from '@berth/contract'
import type { Context } from '../command.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { exitCode } from '../exit-code.ts'
import { readySource } from './send-source.ts'
import { describeSource, type SourceArgument } from './source-argument.ts'
import { describeBuild, watchBuild } from './watch-build.ts'

export type SourceDeployment = {
  source: SourceArgument
  body: Omit<InputOf<typeof createBuild>['body'], 'source'>
  json: boolean
  detach: boolean
}

/** Sends a source, has it built and, unless told otherwise, deployed; follows both to their end. */
export async function deploySource(request: SourceDeployment, context: Context): Promise<number> {
  const { source, body, json, detach } = request
  const ready = await readySource(source, context.signal)
  const asked = await context.call(createBuild, { body: { ...body, source: describeSource(source) } })
  const build = await ready.send(asked, context)
  if (detach) {
    if (json) context.printJson(build)
    else context.print(`Building ${build.app}. Follow it: berth builds follow ${build.app}`)
    return exitCode.ok
  }
  const ended = await follow(() => watchBuild(build, { isQuiet: json }, context), build.app, context)
  if (ended.state !== 'succeeded' || !ended.deploymentId) {
    if (json) context.printJson(ended)
    else for (const line of describeBuild(ended, context)) report(ended.state === 'succeeded', line, context)
    return ended.state === 'succeeded' && !body.deploy ? exitCode.ok : exitCode.failed
  }
  if (!json) for (const line of describeBuild(ended, context)) context.print(line)
  const params = { app: ended.app, deploymentId: ended.deploymentId }
  return watchNewDeployment(await context.call(getDeployment, { params }), { json }, context)
}

const report = (isResult: boolean, line: string, { print, note }: Context) => (isResult ? print(line) : note(line))

async function follow<Result>(work: () => Promise<Result>, app: string, { signal, note }: Context): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (signal.aborted)
      note(`\nThe build goes on. Follow it: berth builds follow ${app}   Stop it: berth builds cancel ${app}`)
    throw error
  }
}
