import { labelMachine, type Machine } from '@berth/contract'
import { Checkbox, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'
import { readLabels, writeLabels } from '#parts/label-change.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import classes from './machine-actions.module.css'

export function LabelsDialog({ machine: { name, labels }, onClose }: { machine: Machine; onClose(): void }) {
  const [text, setText] = useState(() => writeLabels(labels))
  const [isForced, setForced] = useState(false)
  const { change, fault } = readLabels(text, labels)
  const label = useAction(labelMachine, {
    onSuccess: () => {
      onClose()
      announce(`The labels of ${name} are changed`)
    },
  })
  return (
    <ConfirmDialog
      title={`Labels of ${name}`}
      confirm="Save"
      pending="Saving …"
      isBlocked={fault !== undefined || Object.keys(change).length === 0}
      action={label}
      onConfirm={() => label.mutate({ params: { machine: name }, body: { labels: change, force: isForced } })}
      onClose={onClose}
    >
      <div className={classes.stack}>
        <Textarea
          label="Labels"
          description="One a line, as name=value. An app can ask for machines with a label, or spread over its values."
          placeholder={'disk=ssd\nzone=a'}
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          value={text}
          error={fault}
          data-autofocus
          onChange={({ currentTarget: { value } }) => setText(value)}
        />
        {label.error?.code === 'label_in_use' || isForced ? (
          <Checkbox
            label="Change them all the same"
            description="Instances that need what is taken away leave this machine at once"
            checked={isForced}
            onChange={({ currentTarget: { checked } }) => setForced(checked)}
          />
        ) : null}
      </div>
    </ConfirmDialog>
  )
}
