import { listProjects, type Project } from '@berth/contract'
import { Button, Group, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { scrollingOptions } from '#parts/scrolling-options.ts'
import { CreateProject } from './create-project.tsx'
import { ProjectMembers } from './project-members.tsx'
import { RemoveProject } from './remove-project.tsx'
import classes from './settings.module.css'

export function MembersTab() {
  const me = useMe()
  const { data: projects, error, refetch } = useCall(listProjects, {})
  const [chosen, choose] = useChosenProject()
  const [isCreating, setCreating] = useState(false)
  const [removing, setRemoving] = useState<Project>()
  if (!projects) {
    return error ? (
      <ErrorBox title="The projects could not be loaded" error={error} onRetry={() => void refetch()} />
    ) : (
      <Loading what="projects" height={320} />
    )
  }
  const project = projects.find(({ name }) => name === chosen) ?? (chosen === undefined ? projects[0] : undefined)
  return (
    <>
      <Group gap="sm" align="flex-end" mb="md">
        <Select
          label="Project"
          {...scrollingOptions}
          className={classes.projectChoice}
          data={projects.map(({ name }) => name)}
          searchable={projects.length > 8}
          allowDeselect={false}
          placeholder="Choose a project"
          value={project?.name ?? null}
          onChange={(name) => choose(name ?? undefined)}
        />
        {me.isAdmin ? (
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            New project
          </Button>
        ) : null}
      </Group>
      {project ? (
        <ProjectMembers
          key={project.name}
          project={project}
          onRemove={me.isAdmin ? () => setRemoving(project) : undefined}
        />
      ) : (
        <EmptyState title={chosen === undefined ? 'There is no project yet' : `There is no project ${chosen}`}>
          {chosen === undefined
            ? 'Apps live in projects; make the first one.'
            : 'It was removed, or you have no role in it. Choose another one above.'}
        </EmptyState>
      )}
      {isCreating ? <CreateProject onClose={() => setCreating(false)} onCreated={({ name }) => choose(name)} /> : null}
      {removing ? (
        <RemoveProject project={removing} onClose={() => setRemoving(undefined)} onRemoved={() => choose(undefined)} />
      ) : null}
    </>
  )
}

/** Kept in the address, so that one can be led here. */
function useChosenProject(): [string | undefined, (name: string | undefined) => void] {
  const { project } = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  return [
    project,
    (name) =>
      void navigate({
        to: '/settings/{-$tab}',
        params: { tab: 'members' },
        search: { project: name },
        replace: true,
        resetScroll: false,
      }),
  ]
}
