import { ActionIcon, Button, Group, Textarea, TextInput } from '@mantine/core'
import { IconFileUpload, IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import classes from './name-value-rows.module.css'
import type { NamedValue } from './named-values.ts'

type Change = Partial<Pick<NamedValue, 'name' | 'value'>>

type Props = {
  rows: readonly NamedValue[]
  /** What one of them is called. */
  noun: string
  /** By the key of the row; empty while nothing is to be said yet. */
  faults: ReadonlyMap<string, string>
  /** Keys of rows whose values were not kept. */
  forgotten?: readonly string[]
  /** Values are not shown, and may be taken from a file. */
  isSecret?: boolean
  onChange(key: string, to: Change): void
  onAdd(key: string): void
  onDrop(key: string): void
  /** Other ways to add some. */
  children?: ReactNode
}

/** A list of names and values that can be typed. */
export function NameValueRows({ rows, noun, forgotten = [], onAdd, children, ...rest }: Props) {
  const [newestKey, setNewestKey] = useState<string>()
  const add = () => {
    const key = crypto.getRandomValues(new Uint32Array(2)).join('-')
    setNewestKey(key)
    onAdd(key)
  }
  return (
    <>
      {rows.length > 0 ? (
        <ul className={classes.rows}>
          {rows.map((row) => (
            <Row
              key={row.key}
              row={row}
              words={row.name.trim() || `the new ${noun}`}
              isForgotten={forgotten.includes(row.key) && row.value === ''}
              isNewest={row.key === newestKey}
              {...rest}
            />
          ))}
        </ul>
      ) : null}
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={add}>
          Add {/^[aeiou]/.test(noun) ? 'an' : 'a'} {noun}
        </Button>
        {children}
      </Group>
    </>
  )
}

type RowProps = Pick<Props, 'faults' | 'isSecret' | 'onChange' | 'onDrop'> & {
  row: NamedValue
  words: string
  isForgotten: boolean
  isNewest: boolean
}

function Row({ row, words, faults, isSecret = false, isForgotten, isNewest, onChange, onDrop }: RowProps) {
  const { key, name, value } = row
  const fault = faults.get(key)
  return (
    <li className={classes.row}>
      <TextInput
        aria-label={`Name of ${words}`}
        placeholder="NAME"
        classNames={{ input: classes.mono }}
        error={isForgotten ? undefined : fault}
        spellCheck={false}
        autoCapitalize="none"
        autoFocus={isNewest}
        value={name}
        onChange={({ currentTarget }) => onChange(key, { name: currentTarget.value })}
      />
      <Textarea
        aria-label={`Value of ${words}`}
        error={isForgotten ? fault : undefined}
        placeholder={isForgotten ? 'not kept over the reload: type it again' : 'value'}
        classNames={{ input: isSecret ? `${classes.mono} ${classes.secret}` : classes.mono }}
        autosize
        minRows={1}
        maxRows={isSecret ? 3 : 6}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        value={value}
        onChange={({ currentTarget }) => onChange(key, { value: currentTarget.value })}
      />
      <div className={classes.actions}>
        {isSecret ? <FromFile words={words} onRead={(text) => onChange(key, { value: text })} /> : null}
        <ActionIcon size={36} aria-label={`Remove ${words}`} onClick={() => onDrop(key)}>
          <IconTrash size={17} aria-hidden />
        </ActionIcon>
      </div>
    </li>
  )
}

function FromFile({ words, onRead }: { words: string; onRead(text: string): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <ActionIcon
        size={36}
        aria-label={`Take the value of ${words} from a file`}
        onClick={() => input.current?.click()}
      >
        <IconFileUpload size={17} aria-hidden />
      </ActionIcon>
      <input
        ref={input}
        type="file"
        hidden
        tabIndex={-1}
        aria-label={`File with the value of ${words}`}
        onChange={({ currentTarget }) => {
          // One that has gone meanwhile leaves the field as it is.
          void currentTarget.files?.[0]?.text().then(onRead, () => undefined)
          currentTarget.value = ''
        }}
      />
    </>
  )
}
