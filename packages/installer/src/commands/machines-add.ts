import { z } from 'zod'
import { defineCommand, jsonOption } from '../command-line/command.ts'
import { addressFlag, portFlag, switchFlag } from '../command-line/flags.ts'
import { clusterView } from '../machines/cluster-view.ts'
import { signIn } from '../machines/login.ts'
import { runAdd } from '../remote-machines/remote-commands.ts'
import { terminalPrompts } from '../system/prompts.ts'

export const machinesAdd = defineCommand({
  usage: 'machines add <user@host>',
  summary: 'Make a real machine a member, over SSH',
  details:
    'Looks at it first and says all that is in the way. What fails or is interrupted is undone; adding it again completes what is missing.',
  options: {
    '--manager': 'it becomes a manager, and else a worker',
    '--port <port>': 'where its SSH server listens (22)',
    '--identity-file <file>': 'the key that opens it, instead of those of the SSH agent and ~/.ssh',
    '--name <name>': 'what it is to be called (as it calls itself)',
    '--address <address>': 'under which the others reach it (the one that it reaches the managers from)',
    '--check-only': 'only look whether it can be one',
    '--accept-new-host-key': 'for scripts: keep the key of a host that is not known yet',
    ...jsonOption,
  },
  examples: ['berth machines add root@192.168.1.20', 'berth machines add ann@db1 --manager --port 2222'],
  isInterruptible: true,
  args: z.strictObject({
    'user@host': z.string(),
    manager: switchFlag,
    port: portFlag.optional(),
    identityFile: z.string().optional(),
    name: z.string().optional(),
    address: addressFlag.optional(),
    checkOnly: switchFlag,
    acceptNewHostKey: switchFlag,
    json: switchFlag,
  }),

  async run({ 'user@host': target, json, manager, checkOnly, acceptNewHostKey, ...named }, invocation) {
    const { config, signal } = invocation
    const { step } = json ? invocation.quiet : invocation
    const print = json ? () => undefined : invocation.print
    const client = await signIn(config)
    const flags = { isManager: manager, isCheckOnly: checkOnly, acceptsNewHostKey: acceptNewHostKey }
    const { port, identityFile, name, address } = named
    const added = await runAdd(
      { target, port, identityFile, name, address, ...flags },
      { config, client, cluster: clusterView(client), prompts: terminalPrompts(), step, print, signal },
    )
    if (json) invocation.print(JSON.stringify(added ?? { checked: true }))
    else if (!added) print('Nothing is in the way. Nothing was changed.')
    else if (added.changes.length === 0)
      print(`${added.name} is a machine of the cluster already, and all of it is right.`)
    else print(`${added.name} is a machine of the cluster now, at ${added.address}.`)
    return 0
  },
})
