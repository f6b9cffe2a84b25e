import type Dockerode from 'dockerode'
import { engineStatus, findCall } from '../engine-failure.ts'

/**
 * Takes a name with a tag away from an image. The engine refuses that for the last tag of what a container runs from, which
 * then keeps it until it goes itself.
 */
export async function removeName(docker: Dockerode, spelled: string, abortSignal?: AbortSignal): Promise<void> {
  await findCall(`remove the name ${spelled}`, abortSignal, () =>
    docker
      .getImage(spelled)
      .remove({ noprune: true })
      .catch((error: unknown) => {
        if (engineStatus(error) !== 409) throw error
      }),
  )
}
