import { listProjects } from '@berth/contract'
import { Select } from '@mantine/core'
import { useCall } from '#api/use-call.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'

type Props = {
  label: string
  everywhere: string
  /** What stands before the name of one: "Only". */
  only: string
  /** Undefined: everywhere. */
  value: string | undefined
  onChange: (project: string | undefined) => void
}

/** One project, or all of them. */
export function ProjectChoice({ label, everywhere, only, value, onChange }: Props) {
  const { data: projects = [], error, refetch } = useCall(listProjects, {})
  return (
    <>
      <Select
        label={label}
        {...scrollingOptions}
        data={[
          { value: '', label: everywhere },
          ...projects.map(({ name }) => ({ value: name, label: `${only} ${name}` })),
        ]}
        allowDeselect={false}
        searchable={projects.length > 8}
        value={value ?? ''}
        onChange={(name) => onChange(name || undefined)}
      />
      <ErrorBox title="The projects could not be loaded" error={error} onRetry={() => void refetch()} />
    </>
  )
}
