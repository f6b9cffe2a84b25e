import { CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { looks } from '#parts/state-looks.ts'
import type { MachineChoice, MachineCondition } from './machine-choice.ts'
import classes from './machines.module.css'

type Props = {
  choice: MachineChoice
  onChange(change: Partial<MachineChoice>): void
  shown: number
  total: number
}

const { ready, agent_missing, down } = looks.machine
const { cordoned, draining, drained } = looks.availability
const conditions: readonly (readonly [MachineCondition, string])[] = [
  ['attention', 'Needs attention'],
  ['ready', ready.word],
  ['agent_missing', agent_missing.word],
  ['down', down.word],
  ['cordoned', cordoned.word],
  ['draining', draining.word],
  ['drained', drained.word],
]

export function MachineFilter({ choice: { text, condition, role }, onChange, shown, total }: Props) {
  return (
    <search className={classes.filter} aria-label="Filter machines">
      <TextInput
        type="search"
        data-filter
        aria-label="Filter by name, address, engine or label"
        placeholder="Filter by name, address, label"
        className={classes.text}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          text ? <CloseButton size="sm" aria-label="Clear the filter" onClick={() => onChange({ text: '' })} /> : null
        }
        value={text}
        onChange={({ currentTarget: { value } }) => onChange({ text: value })}
        onKeyDown={({ key }) => key === 'Escape' && onChange({ text: '' })}
      />
      <NativeSelect
        aria-label="State"
        value={condition ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ condition: (value || undefined) as MachineCondition | undefined })
        }
        data={[{ value: '', label: 'Any state' }, ...conditions.map(([value, label]) => ({ value, label }))]}
      />
      <NativeSelect
        aria-label="Role"
        value={role ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ role: (value || undefined) as MachineChoice['role'] })}
        data={[
          { value: '', label: 'Any role' },
          { value: 'manager', label: 'Managers' },
          { value: 'worker', label: 'Workers' },
        ]}
      />
      <span className={classes.shown} role="status">
        {shown === total ? '' : `${shown} of ${total} shown`}
      </span>
    </search>
  )
}
