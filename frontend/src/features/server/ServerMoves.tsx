import { Button } from '@mantine/core'
import { IconTag } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FragmentType, graphql, unmask } from '@/gql'
import type { ServerMove } from '@/gql/graphql'
import { LabelDialog } from './LabelDialog'
import { MoveDialog } from './MoveDialog'
import { GRAVE, movesOfAll } from './moves'

export const ServerMovesFields = graphql(/* GraphQL */ `
  fragment ServerMoves on Server {
    id
    hostname
    labels
    viewerMoves
  }
`)

/** What the viewer may do with one server now. */
export function ServerMoves({ server: masked, mayManage }: { server: FragmentType<typeof ServerMovesFields>; mayManage: boolean }) {
  const { t } = useTranslation()
  const server = unmask(ServerMovesFields, masked)
  const [move, setMove] = useState<ServerMove | null>(null)
  const [labeling, setLabeling] = useState(false)
  return (
    <>
      {mayManage && <Button variant="default" leftSection={<IconTag size={15} />} onClick={() => { setLabeling(true) }}>{t('server.label.button')}</Button>}
      {movesOfAll([server]).map((one) => (
        <Button key={one} variant="default" c={GRAVE.has(one) ? 'var(--arpent-destroy)' : undefined} onClick={() => { setMove(one) }}>{t(`server.move.name.${one}`)}</Button>
      ))}
      <MoveDialog move={move} servers={[server]} onClose={() => { setMove(null) }} onMoved={() => { setMove(null) }} />
      <LabelDialog opened={labeling} servers={[server]} onClose={() => { setLabeling(false) }} onDone={() => { setLabeling(false) }} />
    </>
  )
}
