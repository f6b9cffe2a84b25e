import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '@berth/contract'
import ssh2, {
  type AnyAuthMethod,
  type AuthenticationType,
  type KeyboardInteractiveAuthMethod,
  type ParsedKey,
} from 'ssh2'
import type { Prompts } from '../system/prompts.ts'
import { describeTarget, type SshTarget } from './ssh-target.ts'

export type SignIn = {
  /** Instead of the agent and the usual keys. */
  identityFile: string | undefined
  /** Where the usual keys are. */
  sshDir: string
  agentSocket: string | undefined
  prompts: Prompts | undefined
}

/** One way of showing who one is, with the words for it. */
export type Attempt = {
  words: string
  /** As the machine calls it. */
  kind: AuthenticationType
  /** Where it takes a person, that person is asked only now. Undefined where it comes to nothing. */
  open(): Promise<AnyAuthMethod | undefined>
}

const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const passwordAttempts = 3

/** What is worth trying, best first. */
export function signInAttempts(target: SshTarget, signIn: SignIn): Attempt[] {
  const { identityFile, agentSocket, prompts } = signIn
  const files = identityFile ? [identityFile] : usualKeys.map((name) => join(signIn.sshDir, name))
  return [
    ...(agentSocket && !identityFile ? [withAgent(target, agentSocket)] : []),
    ...files.map((file) => withKey(target, file, { isWanted: identityFile !== undefined, prompts })),
    ...(prompts ? [withQuestions(target, prompts), ...withPasswords(target, prompts)] : []),
  ]
}

const withAgent = ({ user: username }: SshTarget, agent: string): Attempt => ({
  words: 'the keys of your SSH agent',
  kind: 'publickey',
  open: async () => ({ type: 'agent', username, agent }),
})

type KeyOptions = { isWanted: boolean; prompts: Prompts | undefined }

const withKey = ({ user: username }: SshTarget, file: string, options: KeyOptions): Attempt => ({
  words: `the key ${file}`,
  kind: 'publickey',
  async open() {
    const key = await readKey(file, options)
    return key && { type: 'publickey', username, key }
  },
})

const withQuestions = ({ user }: SshTarget, prompts: Prompts): Attempt => ({
  words: 'the answers to its questions',
  kind: 'keyboard-interactive',
  open: async () => keyboardInteractive(user, prompts),
})

function withPasswords(target: SshTarget, prompts: Prompts): Attempt[] {
  let hasGivenUp = false
  async function open(): Promise<AnyAuthMethod | undefined> {
    if (hasGivenUp) return undefined
    const password = await prompts.askSecret(`Password of ${describeTarget(target)}: `)
    hasGivenUp = password === ''
    return hasGivenUp ? undefined : { type: 'password', username: target.user, password }
  }
  return Array.from({ length: passwordAttempts }, () => ({ words: 'a password', kind: 'password' as const, open }))
}

/** Undefined for one of the usual keys that is not there or that cannot be opened. */
async function readKey(file: string, { isWanted, prompts }: KeyOptions): Promise<ParsedKey | undefined> {
  const text = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (isWanted) throw unusable(file, cause.code === 'ENOENT' ? 'there is no such file' : cause.message)
    return undefined
  })
  if (!text) return undefined
  const key = await openKey(file, text, prompts)
  if (!(key instanceof Error)) return key
  if (isWanted) throw unusable(file, key.message)
  return undefined
}

async function openKey(file: string, text: Buffer, prompts: Prompts | undefined): Promise<ParsedKey | Error> {
  const key = ssh2.utils.parseKey(text)
  if (!(key instanceof Error) || !/passphrase|encrypted/i.test(key.message)) return privateKey(key)
  const passphrase = await prompts?.askSecret(`Passphrase of ${file}: `)
  if (!passphrase)
    return new Error('it needs a passphrase, which is only asked for at a terminal; an SSH agent also does')
  return privateKey(ssh2.utils.parseKey(text, passphrase))
}

function privateKey(key: ParsedKey | Error): ParsedKey | Error {
  return key instanceof Error || key.isPrivateKey() ? key : new Error('it is the public half of a key')
}

const unusable = (file: string, why: string) =>
  new PlatformError('invalid_request', `The key ${file} cannot be used: ${why}`)

function keyboardInteractive(username: string, prompts: Prompts): KeyboardInteractiveAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, questions, finish) => {
      void (async () => {
        const answers: string[] = []
        for (const { prompt, echo } of questions) {
          answers.push(await (echo ? prompts.ask(prompt) : prompts.askSecret(prompt)))
        }
        finish(answers)
      })().catch(() => finish([]))
    },
  }
}
