import { Kbd, Modal, Switch } from '@mantine/core'
import { Fragment, useState } from 'react'
import { places } from './places.ts'
import { shortcutSetting } from './shortcut-setting.ts'
import classes from './shortcut-sheet.module.css'

const shortcuts: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['Ctrl', 'K'], 'Go to an app or a page, or do something'],
  [['/'], 'Filter what the page shows'],
  [['n'], 'New app'],
  ...places.map(({ key, label }) => [['g', key], `Go to ${label}`] as const),
  [['?'], 'This list'],
  [['Esc'], 'Close what is open'],
]

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const [isOn, setOn] = useState(shortcutSetting.isOn)
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts">
      <dl className={classes.list}>
        {shortcuts.map(([keys, words]) => (
          <Fragment key={words}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </Fragment>
        ))}
      </dl>
      <Switch
        mt="md"
        label="Keys without Ctrl work"
        checked={isOn}
        onChange={({ currentTarget: { checked } }) => {
          shortcutSetting.set(checked)
          setOn(checked)
        }}
      />
    </Modal>
  )
}
