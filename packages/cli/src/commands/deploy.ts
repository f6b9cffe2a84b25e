import { PlatformError } from '@berth/contract'
import { z } from 'zod'
import { deployFromSource } from '../builds/deploy-from-source.ts'
import { findSource } from '../builds/source-argument.ts'
import { defineCommand, jsonOption } from '../command.ts'
import { chooseName, toChange } from '../deployments/deploy-request.ts'
import { startDeployment } from '../deployments/start-deployment.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { exitCode } from '../exit-code.ts'
import { readEnvFlags } from '../inputs/env-flags.ts'
import * as flags from '../inputs/flags.ts'
import { readLabels, spreadFlag } from '../inputs/label-flags.ts'

export const deploy = defineCommand({
  usage: 'deploy [source] [options] [-- command...]',
  summary: 'Deploy a folder, an archive, a repository or an image: creates the app, or changes it',
  details:
    'What is not said stays as it is in the release that serves. Ends when the new release answers through the edge, or with ' +
    'the reason why not; until then the old one serves. Ctrl-C leaves the deployment going on.',
  options: {
    '--image <image>': 'the image, such as nginx:stable',
    '--git <url>': 'a repository to build from; for a private one see berth repositories',
    '--ref <ref>': 'its branch, tag or commit (the default branch)',
    '--dockerfile <path>': 'the Dockerfile in the source; else the one found there, or one is made',
    '--folder <path>': 'build this folder of the source',
    '--build-arg <NAME=value>': 'an argument of the Dockerfile (repeatable)',
    '--build-secret <NAME=value>':
      'a secret for RUN --mount=type=secret (repeatable); NAME alone is taken from the environment, NAME=@file from a file',
    '--build-memory <size>': 'what the build may use (2G)',
    '--build-time <time>': 'how long the build may take (30m)',
    '--fresh': 'build without what earlier builds left',
    '--push <image>': 'push what is built to a registry outside as well, such as ghcr.io/me/shop:1.2',
    '--build-only': 'build the image and do not deploy it',
    '--print-dockerfile': 'print the Dockerfile that a folder would be built with, and do nothing',
    '--name <name>': "the app's name; else what config.json calls it, or the last part of the path",
    '--port <port>': 'the port on which the program listens',
    '--worker': 'the program takes no traffic',
    '--replicas <n>': 'how many instances',
    '--env <NAME=value>': 'set an environment variable (repeatable)',
    '--env-file <file>': 'set variables from a file of NAME=value lines',
    '--unset-env <NAME>': 'remove a variable (repeatable)',
    '--cpu <cores>': 'at most so many cores, such as 0.15',
    '--memory <size>': 'at most so much memory, such as 128M',
    '--reserve-cpu <cores>':
      'place instances only where so many cores are free; 0 reserves none, auto what is observed',
    '--reserve-memory <size>': 'place instances only where so much memory is free; 0 and auto as for --reserve-cpu',
    '--on <label=value>': 'only on machines with this label (repeatable); label- takes the condition away',
    '--spread <label>': 'evenly over the values of a label of the machines; none ends that',
    '--health-path <path>': 'ready when a request for it is answered by 200 to 399',
    '--command <words...>': "run this instead of the image's command; see also --",
    '--deadline <time>': 'how long the new instances may take to come up (2m)',
    '--replay-unsafe-requests': 'let the edge send a POST again when an instance died before it answered',
    '--project <project>': 'the project of a new app (default)',
    '--supersede': 'cancel a deployment that is under way',
    '--detach': 'do not wait for the end',
    ...jsonOption,
  },
  repeatable: ['env', 'unsetEnv', 'on', 'buildArg', 'buildSecret'],
  rest: 'restOfCommand',
  examples: [
    'berth deploy .',
    'berth deploy shop.zip --name shop --port 3000',
    'berth deploy --git https://example.org/team/shop.git --ref main',
    'berth deploy . --push ghcr.io/me/shop:1.2',
    'berth deploy --image nginx:stable --port 80 --name hello',
    'berth deploy --name hello --env GREETING=hi --memory 128M',
    'berth deploy --name hello --on disk=ssd --spread zone',
    'berth deploy --image python:3.13-slim --name clock --worker -- python -m this',
  ],
  args: z.strictObject({
    source: z.string().optional(),
    image: flags.imageFlag.optional(),
    git: z.string().optional(),
    ref: z.string().optional(),
    dockerfile: z.string().optional(),
    folder: z.string().optional(),
    buildArg: z.array(z.string()).default([]),
    buildSecret: z.array(z.string()).default([]),
    buildMemory: flags.buildMemoryFlag.optional(),
    buildTime: flags.buildTimeFlag.optional(),
    fresh: z.boolean().default(false),
    push: flags.pushFlag.optional(),
    buildOnly: z.boolean().default(false),
    printDockerfile: z.boolean().default(false),
    name: flags.appArgument.optional(),
    port: flags.portFlag.optional(),
    worker: z.boolean().default(false),
    replicas: flags.replicasFlag.optional(),
    env: z.array(z.string()).default([]),
    envFile: z.string().optional(),
    unsetEnv: z.array(z.string()).default([]),
    cpu: flags.cpuFlag.optional(),
    memory: flags.memoryFlag.optional(),
    reserveCpu: flags.reservedCpuFlag.optional(),
    reserveMemory: flags.reservedMemoryFlag.optional(),
    on: z.array(z.string()).default([]),
    spread: spreadFlag.optional(),
    healthPath: flags.healthPathFlag.optional(),
    command: z.array(z.string()).default([]),
    restOfCommand: z.array(z.string()).default([]),
    deadline: flags.deadlineFlag.optional(),
    replayUnsafeRequests: z.boolean().default(false),
    project: flags.projectFlag.optional(),
    supersede: z.boolean().default(false),
    detach: z.boolean().default(false),
    json: z.boolean().default(false),
  }),

  async run(args, context) {
    const source = await findSource(args)
    const command = [...args.command, ...args.restOfCommand]
    const on = readLabels(args.on, '--on')
    const change = toChange({ ...args, on, command: command.length > 0 ? command : undefined }, readEnvFlags(args))
    if (source) return deployFromSource(source, { ...args, change }, context)
    if (args.push) throw new PlatformError('invalid_request', '--push: it is for what is built; name a source')
    const name = chooseName(args)
    const options = { supersede: args.supersede, deadlineMs: args.deadline }
    const { project, replicas, json } = args
    const deployment = await startDeployment({ name, change, project, replicas, options }, context)
    if (!args.detach) return watchNewDeployment(deployment, { json }, context)
    if (json) context.printJson(deployment)
    else context.print(`Deploying ${name}. Follow it: berth follow ${name}`)
    return exitCode.ok
  },
})
