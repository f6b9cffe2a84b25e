import { Button } from '@mantine/core'
import { IconClipboardText } from '@tabler/icons-react'
import { useState } from 'react'
import { NameValueRows } from '#parts/name-value-rows.tsx'
import { addedRow, type EnvRow, pasteInto } from '../app/environment/env-draft.ts'
import { PasteDialog } from '../app/environment/paste-dialog.tsx'

type Props = {
  rows: readonly EnvRow[]
  /** By the key of the row; empty while nothing is to be said yet. */
  faults: ReadonlyMap<string, string>
  forgotten: readonly string[]
  onChange: (rows: EnvRow[]) => void
}

export function EnvFields({ rows, faults, forgotten, onChange }: Props) {
  const [isPasting, setPasting] = useState(false)
  return (
    <div id="field-env">
      <NameValueRows
        rows={rows}
        noun="variable"
        faults={faults}
        forgotten={forgotten}
        onChange={(key, to) => onChange(rows.map((row) => (row.key === key ? { ...row, ...to } : row)))}
        onAdd={(key) => onChange([...rows, addedRow(key)])}
        onDrop={(key) => onChange(rows.filter((row) => row.key !== key))}
      >
        <Button
          size="xs"
          variant="default"
          leftSection={<IconClipboardText size={15} aria-hidden />}
          onClick={() => setPasting(true)}
        >
          Paste .env
        </Button>
      </NameValueRows>
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
