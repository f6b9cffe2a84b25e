import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSilence, wentSilent } from './silence.ts'

test('a machine that answers nothing is silent, one that refuses is not', () => {
  for (const reason of [
    wentSilent,
    'connect ENETUNREACH 172.30.0.11:7443 - Local (0.0.0.0:0)',
    'connect EHOSTUNREACH 172.30.0.11:7443',
    'Opening handshake has timed out',
  ]) {
    assert.equal(isSilence(reason), true, reason)
  }
  for (const reason of [
    'connect ECONNREFUSED 172.30.0.11:7443',
    'The server refused the connection (HTTP 503)',
    'The server closed (1006)',
  ]) {
    assert.equal(isSilence(reason), false, reason)
  }
})
