import { ActionIcon, Button, Group, Textarea, TextInput } from '@mantine/core'
import { IconClipboardText, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { addedRow, type EnvRow, pasteInto } from '../app/environment/env-draft.ts'
import { PasteDialog } from '../app/environment/paste-dialog.tsx'
import classes from './new-app.module.css'

type Props = {
  rows: readonly EnvRow[]
  /** By the key of the row; empty while nothing is to be said yet. */
  faults: ReadonlyMap<string, string>
  forgotten: readonly string[]
  onChange: (rows: EnvRow[]) => void
}

export function EnvFields({ rows, faults, forgotten, onChange }: Props) {
  const [isPasting, setPasting] = useState(false)
  const [newestKey, setNewestKey] = useState<string>()
  const set = (key: string, to: Partial<EnvRow>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...to } : row)))
  const add = () => {
    const row = addedRow(crypto.getRandomValues(new Uint32Array(2)).join('-'))
    setNewestKey(row.key)
    onChange([...rows, row])
  }
  return (
    <div id="field-env">
      {rows.length > 0 ? (
        <ul className={classes.envRows}>
          {rows.map((row) => (
            <EnvRowField
              key={row.key}
              row={row}
              fault={faults.get(row.key)}
              isForgotten={forgotten.includes(row.key) && row.value === ''}
              isNewest={row.key === newestKey}
              onChange={(to) => set(row.key, to)}
              onDrop={() => onChange(rows.filter(({ key }) => key !== row.key))}
            />
          ))}
        </ul>
      ) : null}
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={add}>
          Add a variable
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconClipboardText size={15} aria-hidden />}
          onClick={() => setPasting(true)}
        >
          Paste .env
        </Button>
      </Group>
      {isPasting ? (
        <PasteDialog
          onPaste={(values, options) =>
            onChange(pasteInto(rows, values, options).filter(({ isRemoved }) => !isRemoved))
          }
          onClose={() => setPasting(false)}
        />
      ) : null}
    </div>
  )
}

type RowProps = {
  row: EnvRow
  fault: string | undefined
  isForgotten: boolean
  isNewest: boolean
  onChange: (to: Partial<EnvRow>) => void
  onDrop: () => void
}

function EnvRowField({ row: { name, value }, fault, isForgotten, isNewest, onChange, onDrop }: RowProps) {
  const words = name.trim() || 'the new variable'
  return (
    <li className={classes.envRow}>
      <TextInput
        aria-label={`Name of ${words}`}
        placeholder="NAME"
        classNames={{ input: classes.mono }}
        error={isForgotten ? undefined : fault}
        spellCheck={false}
        autoCapitalize="none"
        autoFocus={isNewest}
        value={name}
        onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
      />
      <Textarea
        aria-label={`Value of ${words}`}
        error={isForgotten ? fault : undefined}
        placeholder={isForgotten ? 'not kept over the reload: type it again' : 'value'}
        classNames={{ input: classes.mono }}
        autosize
        minRows={1}
        maxRows={6}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={({ currentTarget }) => onChange({ value: currentTarget.value })}
      />
      <ActionIcon size={36} aria-label={`Remove ${words}`} onClick={onDrop}>
        <IconTrash size={17} aria-hidden />
      </ActionIcon>
    </li>
  )
}
