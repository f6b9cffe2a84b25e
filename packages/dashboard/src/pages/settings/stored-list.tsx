import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type ComponentType, type ReactNode, useState } from 'react'
import { EmptyState } from '#parts/empty-state.tsx'
import { type Found, Loaded } from './loaded.tsx'
import { Section } from './section.tsx'

type Closing = { onClose: () => void }

type Props<Row> = {
  title: string
  below: string
  what: string
  found: Found<readonly Row[]>
  empty: { title: string; icon: ReactNode; words: ReactNode }
  addWord: string
  AddIcon?: ComponentType<{ size: number; 'aria-hidden': true }>
  /** Whether somebody is led here to add one. */
  isAddingAtFirst?: boolean
  add: (closing: Closing) => ReactNode
  rows: (rows: readonly Row[], onRemove: (row: Row) => void) => ReactNode
  /** Asks before one is removed. */
  removal: (row: Row, closing: Closing) => ReactNode
}

/** A section with a list to which something is added, and from which it is removed again. */
export function StoredList<Row>(props: Props<Row>) {
  const { title, below, what, found, empty, addWord, AddIcon = IconPlus, isAddingAtFirst = false } = props
  const [isAdding, setAdding] = useState(isAddingAtFirst)
  const [removed, setRemoved] = useState<Row>()
  const button = (
    <Button leftSection={<AddIcon size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {addWord}
    </Button>
  )
  return (
    <Section title={title} below={below} action={found.data && found.data.length > 0 ? button : null}>
      <Loaded found={found} what={what} height={200}>
        {(rows) =>
          rows.length > 0 ? (
            props.rows(rows, setRemoved)
          ) : (
            <EmptyState title={empty.title} icon={empty.icon} action={button}>
              {empty.words}
            </EmptyState>
          )
        }
      </Loaded>
      {isAdding ? props.add({ onClose: () => setAdding(false) }) : null}
      {removed === undefined ? null : props.removal(removed, { onClose: () => setRemoved(undefined) })}
    </Section>
  )
}
