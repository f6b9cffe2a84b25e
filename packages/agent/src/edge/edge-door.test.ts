import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { doorSection, edgeDoor, hasStood, isClosed, isSettling } from './edge-door.ts'
import { parseStat } from './haproxy-answers.ts'

const rows = (...lines: string[]) => parseStat(['# pxname,svname,status,', ...lines, ''].join('\n'))
const [open, closed] = [rows('berth-door,open,UP,'), rows('berth-door,open,DOWN 3/10,')]
const log = { debug() {}, info() {}, warn() {}, error() {} }

/** A door of an edge that takes every command, and tells them by the word that matters. */
async function doorOf({ isTrusted = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-door-'))
  const adminSocket = join(folder, 'admin.sock')
  const done: string[] = []
  const edge = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (text) =>
      done.push(
        ...`${text}`.matchAll(/berth-(door|settled)\/\w+ health (up|down)/g).map(([, of, to]) => `${of} ${to}`),
      ),
    )
    socket.on('end', () => socket.end())
  }).listen(adminSocket)
  after(async () => {
    edge.close()
    await rm(folder, { recursive: true })
  })
  const lapses = { count: 0 }
  const door = edgeDoor({
    files: { adminSocket },
    log,
    lapses: { count: () => lapses.count },
    isTrusted: () => isTrusted,
  })
  return { door, done, lapses }
}

const sight = { rows: closed, hasStood: false, isFound: false }

test('is closed until its server is up, and an edge without a door is open', () => {
  assert.equal(isClosed(rows('berth-door,open,DOWN 3/10,', 'berth-door,BACKEND,DOWN,')), true)
  assert.equal(isClosed(rows('berth-door,open,UP,', 'berth-door,BACKEND,UP,')), false)
  assert.equal(isClosed(rows('shop-web-r1,i1,DOWN,')), false)
  assert.equal(isSettling(rows('berth-settled,yes,DOWN 9/60,')), true)
  assert.equal(isSettling(rows('shop-web-r1,i1,DOWN,')), false)
})

test('opens by itself after ten seconds, one check each, and is settled after a minute', () => {
  const section = doorSection(' init-state fully-down')
  assert.match(section, /server open .* inter 1s fastinter 1s downinter 1s rise 10 .* init-state fully-down$/m)
  assert.match(section, /server yes .* inter 1s fastinter 1s downinter 1s rise 60 .* init-state fully-down$/m)
})

test('reads in the table whether the edge stood still', () => {
  assert.equal(
    hasStood('Uptime: 1\n\n# table: berth-door, type: string, size:10, used:1\n0x5: key=stood use=0 exp=8230'),
    true,
  )
  assert.equal(hasStood('# table: berth-door, type: string, size:10, used:0\n'), false)
  assert.equal(hasStood('No such table\n'), false)
})

test('is opened once the newest routes were heard', async () => {
  const { door, done } = await doorOf()
  await door.openOrSettle(sight)
  assert.deepEqual(done, [])
  door.trust(door.turn())
  await door.openOrSettle(sight)
  assert.deepEqual(done, ['door up'])
})

test('what was heard before it was closed, or before a lapse, does not open it', async () => {
  const { door, done, lapses } = await doorOf()
  const lapse = async () => {
    lapses.count += 1
  }
  for (const happens of [() => door.close('cut off'), lapse]) {
    const turn = door.turn()
    await happens()
    door.trust(turn)
    done.length = 0
    await door.openOrSettle(sight)
    assert.deepEqual(done, [])
    door.trust(door.turn())
    await door.openOrSettle(sight)
    assert.deepEqual(done, ['door up'])
  }
})

test('a lapse that is noticed while the turn is asked for is before it', async () => {
  let count = 0
  const lapses = {
    count() {
      if (count++ === 0) void door.close('stood still').catch(() => undefined)
      return 1
    },
  }
  const door = edgeDoor({ files: { adminSocket: '/nowhere' }, log, lapses, isTrusted: () => false })
  assert.equal(door.turn(), door.turn())
})

test('an edge that stood still by itself is opened by an agent that did not', async () => {
  const { door, done } = await doorOf()
  door.trust(door.turn())
  await door.openOrSettle({ rows: open, hasStood: true, isFound: false })
  assert.deepEqual(done, ['door up'])
})

test('is settled once it is open and all apps are found', async () => {
  const { door, done } = await doorOf()
  door.trust(door.turn())
  const settling = rows('berth-door,open,UP,', 'berth-settled,yes,DOWN 9/60,')
  await door.openOrSettle({ rows: settling, hasStood: false, isFound: false })
  assert.deepEqual(done, [])
  await door.openOrSettle({ rows: settling, hasStood: false, isFound: true })
  assert.deepEqual(done, ['settled up'])
})

test('closing it unsettles it, and is nothing to a machine whose routes nobody else can have changed', async () => {
  const worker = await doorOf()
  await worker.door.close('cut off')
  assert.deepEqual(worker.done, ['door down', 'settled down'])
  const onlyManager = await doorOf({ isTrusted: true })
  await onlyManager.door.close('cut off')
  assert.deepEqual(onlyManager.done, [])
  await onlyManager.door.openOrSettle(sight)
  assert.deepEqual(onlyManager.done, ['door up'])
})
