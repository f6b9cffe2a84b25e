import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core'
import { IconArrowBackUp, IconEye, IconEyeOff, IconTrash } from '@tabler/icons-react'
import { memo, useState } from 'react'
import { CopyButton } from '#parts/copy-button.tsx'
import type { EnvRow } from './env-draft.ts'
import classes from './environment.module.css'

type Props = {
  row: EnvRow
  fault: string | undefined
  isNew: boolean
  onChange(key: string, to: Partial<EnvRow>): void
  onDrop(key: string): void
}

const mask = '••••••••••'

/** One variable: its value is not in the page until somebody asks to see it. */
export const EnvRowFields = memo(function EnvRowFields({ row, fault, isNew, onChange, onDrop }: Props) {
  const { key, name, value, former, isRemoved } = row
  const [isShown, setShown] = useState(former === undefined)
  const words = name || 'the new variable'
  const state = isRemoved
    ? 'removed'
    : !former
      ? 'added'
      : former.name !== name || former.value !== value
        ? 'changed'
        : undefined

  if (isRemoved) {
    return (
      <li className={classes.row} data-state="removed">
        <span className={classes.removedName}>{former?.name}</span>
        <span className={classes.tag}>will be removed</span>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          onClick={() => onChange(key, { isRemoved: false })}
        >
          Keep {former?.name.slice(0, 40)}
        </Button>
      </li>
    )
  }
  return (
    <li className={classes.row} data-state={state}>
      <TextInput
        className={classes.nameField}
        aria-label={`Name of ${words}`}
        placeholder="NAME"
        value={name}
        onChange={({ currentTarget: { value: typed } }) => onChange(key, { name: typed })}
        error={fault}
        spellCheck={false}
        autoCapitalize="none"
        autoFocus={isNew}
      />
      <div className={classes.valueField}>
        {isShown ? (
          <Textarea
            aria-label={`Value of ${words}`}
            placeholder="empty"
            value={value}
            onChange={({ currentTarget: { value: typed } }) => onChange(key, { value: typed })}
            autosize
            minRows={1}
            maxRows={8}
            spellCheck={false}
          />
        ) : (
          <button
            type="button"
            className={classes.masked}
            onClick={() => setShown(true)}
            aria-label={`Show the value of ${words}`}
          >
            {mask}
          </button>
        )}
      </div>
      <div className={classes.rowActions}>
        <span className={classes.tag}>{state ?? ''}</span>
        <ActionIcon
          size={30}
          aria-label={isShown ? `Hide the value of ${words}` : `Show and edit the value of ${words}`}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
        </ActionIcon>
        <CopyButton value={value} label={`the value of ${words}`} size={30} />
        <ActionIcon
          size={30}
          aria-label={`Remove ${words}`}
          onClick={() => (former ? onChange(key, { ...former, isRemoved: true }) : onDrop(key))}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </div>
    </li>
  )
})
