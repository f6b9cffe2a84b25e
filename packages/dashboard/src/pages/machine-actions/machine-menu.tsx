import type { Machine } from '@berth/contract'
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useMe } from '#live/use-live.ts'
import classes from './machine-actions.module.css'
import { type MachineAction, machineRefusals, offeredActions } from './machine-refusals.ts'

const MachineDialog = lazy(() => import('./machine-dialog.tsx'))

const words: Record<MachineAction, string> = {
  drain: 'Drain …',
  activate: 'Activate …',
  cordon: 'Cordon …',
  uncordon: 'Uncordon …',
  promote: 'Make it a manager …',
  demote: 'Make it a worker …',
  label: 'Labels …',
  remove: 'Remove …',
}

type Props = { machine: Machine; machines: readonly Machine[]; isWide?: boolean; onRemoved?(): void }

/** All that can be done to a machine. What is not possible says why, in the menu itself. */
export function MachineMenu({ machine, machines, isWide = false, onRemoved }: Props) {
  const { isAdmin } = useMe()
  const [open, setOpen] = useState<MachineAction>()
  const refusals = machineRefusals(machine, machines, isAdmin)
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={250}>
        <Menu.Target>
          {isWide ? (
            <Button variant="default" leftSection={<IconDots size={18} aria-hidden />}>
              Actions
            </Button>
          ) : (
            <ActionIcon size={28} aria-label={`Actions on ${machine.name}`}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          )}
        </Menu.Target>
        <Menu.Dropdown>
          {offeredActions(machine).map((action) => (
            <Menu.Item key={action} disabled={refusals[action] !== undefined} onClick={() => setOpen(action)}>
              {words[action]}
              {refusals[action] ? <div className={classes.whyNot}>{refusals[action]}</div> : null}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {open ? (
          <MachineDialog action={open} machine={machine} onClose={() => setOpen(undefined)} onRemoved={onRemoved} />
        ) : null}
      </Suspense>
    </>
  )
}
