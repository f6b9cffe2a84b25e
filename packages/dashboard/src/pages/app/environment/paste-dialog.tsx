import { Button, Group, Modal, Radio, Textarea } from '@mantine/core'
import { useMemo, useState } from 'react'
import { readDotenv } from './dotenv.ts'
import classes from './environment.module.css'

type Props = {
  onPaste(values: ReadonlyMap<string, string>, options: { isWhole: boolean }): void
  onClose(): void
}

/** Takes a whole .env file at once; it is reviewed like everything else before it is deployed. */
export function PasteDialog({ onPaste, onClose }: Props) {
  const [text, setText] = useState('')
  const [isWhole, setWhole] = useState(false)
  const { values, repeated, faults } = useMemo(() => readDotenv(text), [text])
  const isUsable = values.size > 0 && faults.length === 0
  return (
    <Modal opened onClose={onClose} title="Paste a .env file" size="lg">
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault()
          if (!isUsable) return
          onPaste(values, { isWhole })
          onClose()
        }}
      >
        <Textarea
          label="Variables, one NAME=value a line"
          description="Comments, export, quotes and values over several lines are understood. $NAME stays as it is written."
          placeholder={'# from .env\nDATABASE_URL=postgres://…\nGREETING="hello\nworld"'}
          value={text}
          onChange={({ currentTarget: { value } }) => setText(value)}
          minRows={8}
          maxRows={16}
          autosize
          spellCheck={false}
          classNames={{ input: classes.mono }}
          data-autofocus
        />
        <div role="status" className={classes.found}>
          {faults.slice(0, 6).map(({ lineNumber, problem }) => (
            <p key={lineNumber} className={classes.fault}>
              Line {lineNumber}: {problem}
            </p>
          ))}
          {faults.length > 6 ? <p className={classes.fault}>and {faults.length - 6} more</p> : null}
          {repeated.length > 0 ? (
            <p className={classes.warn}>There more than once, of which the last counts: {repeated.join(', ')}</p>
          ) : null}
          {faults.length === 0 && values.size > 0 ? (
            <p className={classes.soft}>{values.size === 1 ? '1 variable found' : `${values.size} variables found`}</p>
          ) : null}
        </div>
        <Radio.Group
          label="What it does not name"
          value={isWhole ? 'whole' : 'part'}
          onChange={(value) => setWhole(value === 'whole')}
        >
          <div className={classes.choices}>
            <Radio value="part" label="stays as it is" />
            <Radio value="whole" label="is removed" />
          </div>
        </Radio.Group>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isUsable}>
            Take over
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
