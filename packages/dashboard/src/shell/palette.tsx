import { Spotlight, spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.layer.css'
import { IconArrowRight, IconBolt, IconBox, IconKeyboard, IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useMe } from '#api/me.ts'
import { useApps, useMachines } from '#live/use-live.ts'
import classes from './palette.module.css'
import { type Entry, findEntries, listEntries } from './palette-entries.ts'
import { type Question, QuickAction } from './quick-action.tsx'

type Props = {
  /** Opens anew whenever this changes. */
  calls: number
  onShortcuts: () => void
}

/** Go to any app or page, or do something, by typing a part of its name. */
export default function Palette({ calls, onShortcuts }: Props) {
  const me = useMe()
  const apps = useApps()
  const machines = useMachines()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [question, setQuestion] = useState<Question>()
  const entries = useMemo(() => listEntries(me, apps ?? [], machines ?? []), [me, apps, machines])
  const found = findEntries(entries, typed)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each call opens it.
  useEffect(() => spotlight.open(), [calls])

  function run({ does }: Entry) {
    if (does.kind === 'go') void navigate({ to: does.to })
    if (does.kind === 'ask') setQuestion({ what: does.what, app: does.app })
    if (does.kind === 'shortcuts') onShortcuts()
  }

  return (
    <>
      <Spotlight.Root
        query={typed}
        onQueryChange={setTyped}
        shortcut={null}
        clearQueryOnClose
        scrollable
        maxHeight="60vh"
        radius="md"
        overlayProps={{ backgroundOpacity: 0.45, blur: 0 }}
      >
        <Spotlight.Search
          className={classes.search}
          placeholder="An app, a page, or something to do"
          aria-label="Go to an app, a page or an action"
          leftSection={<IconSearch size={18} stroke={1.7} aria-hidden />}
        />
        <Spotlight.ActionsList>
          {found.map((entry) => (
            <Spotlight.Action
              key={entry.id}
              label={entry.label}
              description={entry.below}
              leftSection={<EntryIcon entry={entry} />}
              onClick={() => run(entry)}
            />
          ))}
          {found.length === 0 ? (
            <Spotlight.Empty>Nothing has “{typed}” in its name. Try a part of an app's name.</Spotlight.Empty>
          ) : null}
        </Spotlight.ActionsList>
      </Spotlight.Root>
      {question ? <QuickAction question={question} onClose={() => setQuestion(undefined)} /> : null}
    </>
  )
}

function EntryIcon({ entry: { does, id } }: { entry: Entry }) {
  const Icon =
    does.kind === 'ask'
      ? IconBolt
      : does.kind === 'shortcuts'
        ? IconKeyboard
        : id.startsWith('app ')
          ? IconBox
          : IconArrowRight
  return <Icon size={18} stroke={1.6} aria-hidden />
}
