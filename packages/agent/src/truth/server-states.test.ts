import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServerStates } from './server-states.ts'

// As HAProxy 3.2 writes it, the last fields cut off.
const header =
  '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health\n'

test('reads what is closed, drained, without an address, and whose check passed', () => {
  const states = parseServerStates(
    `${header}3 shop 1 i1 172.20.0.4 2 0 1 1 5 15 3 2\n3 shop 2 i2 172.20.0.3 0 1 1 1 5 15 3 2\n3 shop 3 i3 - 0 33 1 1 5 1 0 0\n3 shop 4 ip-10-0-1-7 10.0.1.7 2 8 1 1 5 8 2 2\n\n`,
  )
  const shown = states.map((state) => [
    state.server,
    state.address,
    [
      state.isClosed && 'closed',
      state.isDraining && 'draining',
      state.isUnresolved && 'unresolved',
      state.hasPassedCheck && 'passed',
    ]
      .filter(Boolean)
      .join(' '),
  ])
  assert.deepEqual(shown, [
    ['i1', '172.20.0.4', 'passed'],
    ['i2', '172.20.0.3', 'closed passed'],
    ['i3', '', 'closed unresolved'],
    ['ip-10-0-1-7', '10.0.1.7', 'draining'],
  ])
})
