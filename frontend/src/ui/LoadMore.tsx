import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** The end of a list of which there is more. */
export function LoadMore({ more, busy, onMore }: { more: boolean; busy: boolean; onMore: () => void }) {
  const { t } = useTranslation()
  if (!more) return null
  return (
    <Group justify="center" mt="md">
      <Button variant="default" loading={busy} onClick={onMore}>{t('common.action.loadMore')}</Button>
    </Group>
  )
}
