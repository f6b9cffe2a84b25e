import { addWebhook } from '@berth/contract'
import { z } from 'zod'
import { defineCommand, jsonOption } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { appArgument } from '../inputs/flags.ts'
import { printFields } from '../terminal/print-fields.ts'

export const add = defineCommand({
  usage: 'webhooks add <app>',
  summary: 'Make an address that a forge calls when it is pushed to; the secret is shown only here',
  details:
    'GitHub, GitLab, Gitea, Forgejo and Bitbucket are known by how they sign; anything else sends the secret as X-Berth-Token. Only ' +
    'the branch that is named is built. A private repository needs credentials: berth repositories add.',
  options: {
    '--git <url>': 'the repository that is built',
    '--ref <branch>': 'the branch that is built when it is pushed to (main)',
    '--tags <pattern>': 'build pushed tags as well, such as v*',
    '--folder <path>': 'build this folder of it',
    '--dockerfile <path>': 'the Dockerfile in it; else the one found there, or one is made',
    ...jsonOption,
  },
  examples: ['berth webhooks add shop --git https://git.example.org/team/shop.git --ref main'],
  args: z.strictObject({
    app: appArgument,
    git: z.string(),
    ref: z.string().default('main'),
    tags: z.string().optional(),
    folder: z.string().optional(),
    dockerfile: z.string().optional(),
    json: z.boolean().default(false),
  }),

  async run({ app, git: url, ref: branch, tags = null, folder, dockerfile, json }, context) {
    const body = { url, branch, tags, options: { folder, dockerfile } }
    const made = await context.call(addWebhook, { params: { app }, body })
    if (json) context.printJson(made)
    else {
      printFields(
        [
          ['URL', made.webhook.address],
          ['Secret', made.secret],
          ['Content', 'application/json, pushes only'],
        ],
        context,
      )
      context.note('Store these with the forge. The secret is not shown again.')
    }
    return exitCode.ok
  },
})
