import { defineGroup } from '../command.ts'
import { activate } from '../machines/activate.ts'
import { check } from '../machines/check.ts'
import { cordon } from '../machines/cordon.ts'
import { drain } from '../machines/drain.ts'
import { explain } from '../machines/explain.ts'
import { joinCommand } from '../machines/join-command.ts'
import { label } from '../machines/label.ts'
import { ls } from '../machines/ls.ts'
import { rebalance } from '../machines/rebalance.ts'
import { relocations } from '../machines/relocations.ts'
import { roleCommand } from '../machines/role-command.ts'
import { show } from '../machines/show.ts'
import { uncordon } from '../machines/uncordon.ts'

export const machines = defineGroup({
  name: 'machines',
  summary: 'List the machines, let others join, say which take what and which are managers',
  commands: {
    ls,
    show,
    check,
    explain,
    label,
    cordon,
    uncordon,
    promote: roleCommand({ verb: 'promote', role: 'manager', summary: 'Make a worker a manager' }),
    demote: roleCommand({ verb: 'demote', role: 'worker', summary: 'Make a manager a worker' }),
    drain,
    activate,
    rebalance,
    relocations,
    'join-command': joinCommand,
  },
  onMachines: {
    create: 'Make machines in containers on this computer',
    stop: 'Stop a machine in a container',
    start: 'Start it again',
    env: "Print what makes docker speak to a machine's own engine",
    add: 'Make a real machine a member, over SSH',
    rm: 'Drain a machine and take it out of the cluster',
  },
})
