import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

type Props = {
  title: string
  /** Beside the title: a state, a count. */
  beside?: ReactNode
  /** One line under the title. */
  below?: ReactNode
  /** Actions, at the end of the line. */
  children?: ReactNode
}

/** The one h1 of a page; also names the browser's tab. */
export function PageHead({ title, beside, below, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Berth`
  }, [title])
  return (
    <header>
      <Group>
        <Title order={1}>{title}</Title>
        {beside}
        {children}
      </Group>
      {below}
    </header>
  )
}
