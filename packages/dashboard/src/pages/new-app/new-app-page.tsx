import { getSystem, listProjects } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { may } from '#api/me.ts'
import { useCall } from '#api/use-call.ts'
import { useApps, useMe } from '#live/use-live.ts'
import { EmptyState } from '#parts/empty-state.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { refusedExtras } from '#source/build-extras.ts'
import type { ChosenSource } from '#source/chosen-source.ts'
import { nameOfOrigin } from '#source/origin.ts'
import { type Draft, isBlank } from './draft.ts'
import { proposeAppName } from './name-proposal.ts'
import classes from './new-app.module.css'
import { NewAppForm } from './new-app-form.tsx'
import { type Faults, type NewApp, readNewApp, triedOf } from './new-app-input.ts'
import { Review } from './review.tsx'
import { StepsLine } from './steps-line.tsx'
import { useDeploy } from './use-deploy.ts'
import { useDraft } from './use-draft.ts'
import { type ImageCheck, useImageCheck } from './use-image-check.ts'
import { Watch } from './watch.tsx'

export function NewAppPage() {
  const projects = useDeployableProjects()
  const [project] = projects
  return project === undefined ? <MayNot /> : <NewAppFlow projects={projects} project={project} />
}

function NewAppFlow({ projects, project }: { projects: readonly string[]; project: string }) {
  const me = useMe()
  const { draft: typed, chosen, setChosen, change, clear } = useDraft(me.name, project)
  const check = useImageCheck(typed.from === 'image' ? typed.image : '')
  const draft = useProposals(typed, check, chosen)
  const reading = useMemo(() => readNewApp(draft, chosen), [draft, chosen])
  const { data: system } = useCall(getSystem, {})
  const [reviewed, setReviewed] = useState<NewApp>()
  const deploy = useDeploy((led, input) => {
    // What was proposed counts as said from now on: the app has it.
    change({ ...draft, isNameOwn: true, isPortOwn: true, tried: triedOf(input, led) })
    setReviewed(undefined)
  })

  const { tried } = draft
  const step = tried?.isWatched ? 'Deployment' : reviewed ? 'Review' : 'Describe'
  const afresh = () => {
    deploy.reset()
    setReviewed(undefined)
    clear()
  }
  return (
    <div className={classes.page}>
      <PageHead title="New app" below={<StepsLine at={step} />}>
        {step === 'Describe' && !isBlank(typed) ? (
          <Button variant="default" onClick={afresh}>
            Start afresh
          </Button>
        ) : null}
      </PageHead>
      {tried?.isWatched ? (
        <Watch tried={tried} onChange={() => change({ tried: { ...tried, isWatched: false } })} onAfresh={afresh} />
      ) : reviewed ? (
        <Review
          input={reviewed}
          check={check}
          domain={system?.domain}
          isRetry={tried !== undefined}
          action={deploy}
          onDeploy={() => deploy.start({ input: reviewed, tried, chosen })}
          onChange={() => setReviewed(undefined)}
        />
      ) : (
        <NewAppForm
          draft={draft}
          reading={reading}
          check={check}
          chosen={chosen}
          projects={projects}
          domain={system?.domain}
          refused={refusedOf(deploy, draft)}
          onChange={(to) => {
            if (deploy.error) deploy.reset()
            change(to)
          }}
          onChoose={setChosen}
          onReview={() => {
            deploy.reset()
            setReviewed(reading.input)
          }}
        />
      )}
    </div>
  )
}

/** What the image or the source says fills in what nobody has said. */
function useProposals(typed: Draft, check: ImageCheck, chosen: ChosenSource | undefined): Draft {
  const apps = useApps()
  const taken = useMemo(() => new Set(apps?.map(({ name }) => name)), [apps])
  const ports = check.state === 'found' ? check.image.exposedPorts : null
  return useMemo(
    () => ({
      ...typed,
      name: typed.isNameOwn ? typed.name : proposeAppName(nameGiver(typed, chosen), taken),
      port: typed.isPortOwn ? typed.port : (ports?.[0]?.toString() ?? ''),
    }),
    [typed, taken, ports, chosen],
  )
}

const nameGiver = ({ from, image, gitUrl: url, gitRef: ref }: Draft, chosen: ChosenSource | undefined) =>
  from === 'image' ? image : nameOfOrigin(from === 'git' ? { kind: 'git', url, ref } : { kind: 'files', chosen })

/** What the server said of a field stands at the field. */
function refusedOf({ error }: ReturnType<typeof useDeploy>, { name, project }: Draft): Faults {
  if (error?.code === 'app_exists') return { name: `${error.message}: ${name} is taken, choose another name` }
  if (error?.code === 'project_not_found') return { project: `there is no project ${project} any more` }
  return refusedExtras(error)
}

/** Where this person may deploy, "default" first. */
function useDeployableProjects(): string[] {
  const me = useMe()
  const { data: projects } = useCall(listProjects, {}, { enabled: me.isAdmin })
  return useMemo(() => {
    const names = [...(me.isAdmin ? ['default'] : []), ...me.projects.map(({ name }) => name)]
    const all = new Set([...names, ...(projects ?? []).map(({ name }) => name)])
    const isDefault = (name: string) => Number(name === 'default')
    return [...all]
      .filter((name) => may(me, 'deploy', name) && (!projects || projects.some((known) => known.name === name)))
      .sort((one, other) => isDefault(other) - isDefault(one) || (one < other ? -1 : 1))
  }, [me, projects])
}

function MayNot() {
  return (
    <>
      <PageHead title="New app" />
      <EmptyState
        title="You may look, but not deploy"
        icon={<IconLock size={30} stroke={1.5} />}
        action={
          <Button component={Link} to="/settings/members" variant="default">
            Who can change that
          </Button>
        }
      >
        To deploy one needs to be a developer of a project. An admin of the project can make you one.
      </EmptyState>
    </>
  )
}
