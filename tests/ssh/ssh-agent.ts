import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** One of this test's own, ended by its own process. */
export async function startSshAgent(folder: string) {
  const socket = join(folder, 'agent.sock')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(agent.stdout, 'data')
  return {
    socket,
    async add(file: string) {
      const adding = spawn('ssh-add', [file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
      const [code] = await once(adding, 'exit')
      assert.equal(code, 0)
    },
    async stop() {
      const ended = once(agent, 'exit')
      agent.kill()
      await ended
    },
  }
}
