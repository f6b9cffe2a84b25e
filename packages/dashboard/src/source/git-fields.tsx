import { TextInput } from '@mantine/core'
import type { SourceFaults } from './origin.ts'
import classes from './source.module.css'

type Props = {
  url: string
  gitRef: string
  faults: SourceFaults
  onChange(change: { gitUrl?: string; gitRef?: string }): void
}

const plain = { spellCheck: false, autoComplete: 'off', autoCapitalize: 'none' }

export function GitFields({ url, gitRef, faults, onChange }: Props) {
  return (
    <div className={classes.git}>
      <TextInput
        id="field-gitUrl"
        label="Repository"
        placeholder="https://example.org/team/shop.git"
        maxLength={2048}
        inputMode="url"
        value={url}
        error={faults.gitUrl}
        onChange={({ currentTarget }) => onChange({ gitUrl: currentTarget.value })}
        {...plain}
      />
      <TextInput
        id="field-gitRef"
        label="Branch, tag or commit"
        placeholder="the default branch"
        maxLength={255}
        value={gitRef}
        error={faults.gitRef}
        onChange={({ currentTarget }) => onChange({ gitRef: currentTarget.value })}
        {...plain}
      />
    </div>
  )
}
