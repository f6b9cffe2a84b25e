import { viewActivity } from '../activity/activity-api.ts'
import type { ActivityStore } from '../activity/activity-store.ts'
import type { AppReader, ReadApp } from '../apps/app-reader.ts'
import type { ClusterObserver } from '../cluster/cluster-observer.ts'
import { viewDeployment } from '../deployments/deployment-view.ts'
import { viewInstances } from '../instances/instance-view.ts'
import type { MachineReader } from '../machines/machine-reader.ts'
import type { RelocationStore } from '../relocations/relocation-store.ts'
import { viewRelocation } from '../relocations/relocation-view.ts'
import type { AppFocus, LivePicture } from './live-picture.ts'

type Deps = {
  reader: Pick<AppReader, 'readAll'>
  activity: Pick<ActivityStore, 'list'>
  machines: MachineReader
  cluster: Pick<ClusterObserver, 'current'>
  relocations: Pick<RelocationStore, 'list' | 'read'>
  urlOf(app: string): string
}

/** More would have to happen between two looks for one to be missed. */
const activityShown = 50
const relocationsShown = 5

/** Reads the picture as it is now, with a handful of queries, however many apps there are and however many look. */
export function livePictureReader({ reader, activity, machines, cluster, relocations, urlOf }: Deps) {
  function focusOn({ app, latest }: ReadApp): AppFocus {
    const { instances = [], machines: all = [] } = cluster.current() ?? {}
    return {
      instances: viewInstances(
        instances.filter((instance) => instance.app === app.name),
        all,
      ),
      deployment: latest && viewDeployment(latest, urlOf),
    }
  }

  async function readRelocations() {
    const { active } = await relocations.read()
    return (await relocations.list({ limit: relocationsShown })).map((row) => viewRelocation(row, active))
  }

  return async (focus: ReadonlySet<string>): Promise<LivePicture> => {
    const rows = await activity.list({ limit: activityShown, visible: 'everything' })
    const all = await reader.readAll()
    const state = cluster.current()
    return {
      apps: new Map(all.map(({ app }) => [app.name, app])),
      machines: state ? await machines.view(state) : [],
      relocations: await readRelocations(),
      activity: rows.map(viewActivity),
      focus: new Map(all.filter(({ app }) => focus.has(app.name)).map((read) => [read.app.name, focusOn(read)])),
    }
  }
}
