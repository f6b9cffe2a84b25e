import { appStates } from '@berth/contract'
import { CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { looks } from '#parts/state-looks.ts'
import type { AppChoice } from './app-choice.ts'
import classes from './apps.module.css'

type Props = {
  choice: AppChoice
  onChange(change: Partial<AppChoice>): void
  projects: readonly string[]
  shown: number
  total: number
}

const typingPauseMs = 150

export function AppFilter({ choice, onChange, projects, shown, total }: Props) {
  const [text, setText] = useTypedText(choice.text, (typed) => onChange({ text: typed }))
  return (
    <search className={classes.filter} aria-label="Filter apps">
      <TextInput
        type="search"
        data-filter
        aria-label="Filter by name, URL, image or reason"
        placeholder="Filter by name, URL, image, reason"
        className={classes.text}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={text ? <CloseButton size="sm" aria-label="Clear the filter" onClick={() => setText('')} /> : null}
        value={text}
        onChange={({ currentTarget: { value } }) => setText(value)}
        onKeyDown={({ key }) => key === 'Escape' && setText('')}
      />
      <NativeSelect
        aria-label="State"
        value={choice.state ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ state: (value || undefined) as AppChoice['state'] })}
        data={[
          { value: '', label: 'Any state' },
          { value: 'attention', label: 'Needs attention' },
          ...appStates.map((state) => ({ value: state, label: looks.app[state].word })),
        ]}
      />
      {projects.length > 1 || choice.project ? (
        <NativeSelect
          aria-label="Project"
          className={classes.project}
          value={choice.project ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ project: value || undefined })}
          data={[
            { value: '', label: 'All projects' },
            ...[...new Set([...projects, ...(choice.project ? [choice.project] : [])])],
          ]}
        />
      ) : null}
      <span className={classes.shown} role="status">
        {shown === total ? '' : `${shown} of ${total} shown`}
      </span>
    </search>
  )
}

/** What is typed is seen at once and filters a moment later, so that typing stays quick with many apps. */
function useTypedText(given: string, onSettled: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(given)
  const [lastGiven, setLastGiven] = useState(given)
  if (given !== lastGiven) {
    setLastGiven(given)
    setText(given)
  }
  useEffect(() => {
    if (text === given) return
    const timer = setTimeout(() => onSettled(text), typingPauseMs)
    return () => clearTimeout(timer)
  })
  return [text, setText]
}
