import { addRepository, listRepositories, type Repository, removeRepository, testRepository } from '@berth/contract'
import { type Answer, answer, notFound } from './answer.ts'
import type { World } from './world.ts'

const repositoriesOf = new WeakMap<World, Repository[]>()

function repositoriesIn(world: World): Repository[] {
  const found = repositoriesOf.get(world) ?? []
  repositoriesOf.set(world, found)
  return found
}

const deployKey = {
  kind: 'deploy-key' as const,
  publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKPD0/qsfqttSjsQWdkWMWOQd2a/Eveg4jZEx4V6Bg40 berth',
  hostKeys: ['SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'],
}

function getOne(world: World, id: string): Repository {
  const found = repositoriesIn(world).find((repository) => repository.id === id)
  if (!found) throw notFound('repository_not_found', 'There are no such credentials')
  return found
}

export const repositoryAnswers: Answer[] = [
  answer(listRepositories, (_, { world }) => repositoriesIn(world)),
  answer(addRepository, ({ body: { prefix, project, credentials: given } }, { world }) => {
    const credentials = given.kind === 'password' ? { kind: given.kind, username: given.username } : deployKey
    const [id, createdAt] = [`repository-${repositoriesIn(world).length + 1}`, new Date().toISOString()]
    const repository = { id, prefix, project, credentials, createdBy: world.me.name, createdAt }
    repositoriesIn(world).push(repository)
    return repository
  }),
  answer(testRepository, ({ params }, { world }) => getOne(world, params.repositoryId)),
  answer(removeRepository, ({ params }, { world }) => {
    const { id } = getOne(world, params.repositoryId)
    repositoriesOf.set(
      world,
      repositoriesIn(world).filter((repository) => repository.id !== id),
    )
    return { removed: true as const }
  }),
]
