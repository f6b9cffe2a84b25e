import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { chooseName, toChange } from '../deployments/deploy-request.ts'
import { startDeployment } from '../deployments/start-deployment.ts'
import { watchNewDeployment } from '../deployments/watch-deployment.ts'
import { exitCode } from '../exit-code.ts'
import { readEnvFlags } from '../inputs/env-flags.ts'
import * as flags from '../inputs/flags.ts'
import { readLabels, spreadFlag } from '../inputs/label-flags.ts'

export const deploy = defineCommand({
  usage: 'deploy [options] [-- command...]',
  summary: 'Deploy an image: creates the app, or changes it',
  details:
    'What is not said stays as it is in the release that serves. Ends when the new release answers through the edge, or with ' +
    'the reason why not; until then the old one serves. Ctrl-C leaves the deployment going on.',
  options: {
    '--image <image>': 'the image, such as nginx:stable',
    '--name <name>': "the app's name; else the last part of the image's path",
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
  repeatable: ['env', 'unsetEnv', 'on'],
  rest: 'restOfCommand',
  examples: [
    'berth deploy --image nginx:stable --port 80 --name hello',
    'berth deploy --name hello --env GREETING=hi --memory 128M',
    'berth deploy --name hello --on disk=ssd --spread zone',
    'berth deploy --image python:3.13-slim --name clock --worker -- python -m this',
  ],
  args: z.strictObject({
    image: flags.imageFlag.optional(),
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
    const name = chooseName(args)
    const command = [...args.command, ...args.restOfCommand]
    const on = readLabels(args.on, '--on')
    const change = toChange({ ...args, on, command: command.length > 0 ? command : undefined }, readEnvFlags(args))
    const options = { supersede: args.supersede, deadlineMs: args.deadline }
    const { project, replicas, json } = args
    const deployment = await startDeployment({ name, change, project, replicas, options }, context)
    if (!args.detach) return watchNewDeployment(deployment, { json }, context)
    if (json) context.printJson(deployment)
    else context.print(`Deploying ${name}. Follow it: berth follow ${name}`)
    return exitCode.ok
  },
})
