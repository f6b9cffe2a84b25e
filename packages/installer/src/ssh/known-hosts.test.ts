import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprintOf, judgeHostKey, keyTypeOf, knownHostLine, knownKeyTypes, parseKnownHosts } from './known-hosts.ts'

// Made with ssh-keygen and hashed with ssh-keygen -H, as are the fingerprints.
const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIPQJhOdcQk7Hj75aJRVsU66+OQKQ/Y9PBSDH2akVSh/7'
const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIF/Edd8Vc2ek41e2Ug2OqnFNarnj39ryL4jlTRRLcfYz'
const key = Buffer.from(ed25519, 'base64')
const box = { host: 'box', port: 22 }
const judge = (text: string, address = box, offered = key) =>
  judgeHostKey(parseKnownHosts(text, 'known_hosts'), address, offered)

test('a host that is on record with this key is known', () => {
  assert.deepEqual(judge(`box ssh-ed25519 ${ed25519}\n`), { kind: 'known' })
  assert.deepEqual(judge(`a,box,192.0.2.7 ssh-ed25519 ${ed25519} comment of many words\n`), { kind: 'known' })
  assert.deepEqual(judge(`# comment\n\n  box\tssh-ed25519   ${ed25519}`), { kind: 'known' })
})

test('a host that is not on record is unknown, whatever else is', () => {
  assert.deepEqual(judge(''), { kind: 'unknown' })
  assert.deepEqual(judge(`boxes ssh-ed25519 ${ed25519}\n#box ssh-ed25519 ${ed25519}\nbox\n`), { kind: 'unknown' })
})

test('another key on record is a change, and the line is named', () => {
  const text = `# first\nbox ssh-ed25519 ${other}\n`
  assert.deepEqual(judge(text), { kind: 'changed', places: [{ file: 'known_hosts', line: 2 }] })
})

test('a key of another type than the one on record is a change as well', () => {
  assert.equal(judge(`box ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==\n`).kind, 'changed')
})

test('one of several keys on record is enough', () => {
  assert.equal(judge(`box ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==\nbox ssh-ed25519 ${ed25519}\n`).kind, 'known')
})

test('another port is another host', () => {
  const text = `[box]:2222 ssh-ed25519 ${ed25519}\n`
  assert.equal(judge(text, { host: 'box', port: 2222 }).kind, 'known')
  assert.equal(judge(text).kind, 'unknown')
  assert.equal(judge(`box ssh-ed25519 ${other}\n`, { host: 'box', port: 2222 }).kind, 'unknown')
})

test('hashed names are found, with and without a port', () => {
  const hashed = `|1|PMMjxNDOregwZNeZ2T/P39kZcYg=|gDqToxoVIqyLX/JtOeXInYR59qo= ssh-ed25519 ${ed25519}\n`
  assert.equal(judge(hashed).kind, 'known')
  assert.equal(judge(hashed, { host: 'other', port: 22 }).kind, 'unknown')
  const withPort = `|1|z+OjEh53fMwnop4CCiyh0oorJAk=|evQiV79bLpMc9t0cIpeyvNJWq6s= ssh-ed25519 ${ed25519}\n`
  assert.equal(judge(withPort, { host: 'box', port: 2222 }).kind, 'known')
})

test('patterns and their exceptions count', () => {
  const address = { host: 'a.example.org', port: 22 }
  assert.equal(judge(`*.example.org ssh-ed25519 ${ed25519}\n`, address).kind, 'known')
  assert.equal(judge(`?.example.org ssh-ed25519 ${ed25519}\n`, address).kind, 'known')
  assert.equal(judge(`*.example.org,!a.example.org ssh-ed25519 ${ed25519}\n`, address).kind, 'unknown')
  assert.equal(judge(`aXexampleXorg ssh-ed25519 ${ed25519}\n`, address).kind, 'unknown')
})

test('a revoked key is refused even where it is on record, and an authority is no key of a host', () => {
  const text = `box ssh-ed25519 ${ed25519}\n@revoked * ssh-ed25519 ${ed25519}\n`
  assert.deepEqual(judge(text), { kind: 'revoked', places: [{ file: 'known_hosts', line: 2 }] })
  assert.deepEqual(judge(`@cert-authority box ssh-ed25519 ${ed25519}\n`), { kind: 'unknown' })
})

test('the line that is written makes the host known', () => {
  for (const address of [box, { host: 'box', port: 2222 }, { host: '2001:db8::1', port: 22 }])
    assert.equal(judge(knownHostLine(address, key), address).kind, 'known')
})

test('names the key as ssh does', () => {
  assert.equal(keyTypeOf(key), 'ssh-ed25519')
  assert.equal(keyTypeOf(Buffer.alloc(2)), '')
  assert.equal(fingerprintOf(key), 'SHA256:TGcSupMfqUuOVg8+tQhvUsHBjxxckO6+tTeosjr/bg0')
})

test('the types on record are those to ask for', () => {
  const known = parseKnownHosts(`box ssh-rsa AAAA\nbox ssh-ed25519 ${ed25519}\nelse ecdsa-sha2-nistp256 AAAA\n`, 'x')
  assert.deepEqual(knownKeyTypes(known, box), ['ssh-rsa', 'ssh-ed25519'])
})
