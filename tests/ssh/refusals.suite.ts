import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { PlatformError } from '@berth/contract'
import { makeKey } from '../../packages/installer/src/ssh/test-ssh-server.ts'
import { inventory } from './looks.ts'
import { type RemoteCluster, typing } from './remote-cluster.ts'

const GiB = 1024 ** 3

/** Whom a machine does not let in, and what a look at one finds. */
export const refusalsSuite = (given: () => RemoteCluster) =>
  describe('a machine that cannot be added', () => {
    test('a look, by a key with a passphrase, finds all that is in the way of a machine, and changes nothing', async () => {
      const { add, createFull, byLockedKey } = given()
      const full = await createFull(GiB)
      // As behind a tunnel that nobody told the network card of.
      await full.exec(['ip', 'link', 'set', 'dev', 'eth0', 'mtu', '1400'])
      const before = await inventory(full)
      await assert.rejects(add(full, { isCheckOnly: true, ...byLockedKey }), (error: PlatformError) => {
        assert.match(error.message, /Only .* of disk are free for \/var\/lib\/docker; 5 GiB are needed/)
        assert.match(error.message, /Packets of full size get lost on the way to \S+:4789\/udp/)
        assert.match(error.message, /takes packets of 1400 bytes/)
        assert.match(error.hint ?? '', /Nothing was changed/)
        return true
      })
      assert.equal(await inventory(full), before)
    })

    test('who may not become root is told so, in the words of sudo', async () => {
      const { shared, add } = given()
      const asBob = { target: `bob@${shared.address}`, identityFile: undefined, prompts: typing('of bob') }
      await assert.rejects(add(shared, asBob), /sudo on bob@\S+ refuses: bob is not in the sudoers file/)
    })

    test('where sudo wants a password and nobody can be asked, that is said, and three wrong ones are enough', async () => {
      const { shared, add } = given()
      const asCleo = { target: `cleo@${shared.address}` }
      await assert.rejects(add(shared, asCleo), /cleo is not root, and sudo wants a password[\s\S]*NOPASSWD/)
      await assert.rejects(add(shared, { ...asCleo, prompts: typing('a', 'b', 'c') }), /took none of 3 passwords/)
    })

    test('who has the wrong key or the wrong password does not get in, and is told what was tried', async () => {
      const { shared, folder, add } = given()
      const wrongKey = join(folder, 'wrong')
      writeFileSync(wrongKey, makeKey().private, { mode: 0o600 })
      await assert.rejects(add(shared, { identityFile: wrongKey }), /did not let us in\. Tried: the key .*wrong\./)
      const asBob = { target: `bob@${shared.address}`, identityFile: undefined, prompts: typing('a', 'b', 'c') }
      await assert.rejects(
        add(shared, asBob),
        /did not let us in\. Tried: a password\. It accepts: publickey, password/,
      )
    })
  })
