import { Group, List, Text, Title } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { givenIn, type InputSchema } from './schema'

/** What the form does not ask for because it is filled in already, and by whom. */
export function GivenFields({ schema }: { schema: InputSchema }) {
  const { t, i18n } = useTranslation()
  const given = givenIn(schema, i18n.language)
  if (given.length === 0) return null
  return (
    <section aria-label={t('form.filled.title')}>
      <Title order={3} size="h4" mb={4}>{t('form.filled.title')}</Title>
      <List size="sm" spacing={4} center icon={<IconCircleCheck size={16} color="var(--mantine-color-green-text)" aria-hidden />}>
        {given.map(({ name, title, by }) => (
          <List.Item key={name}>
            <Group gap="xs" wrap="wrap">
              <Text size="sm" span>{title}</Text>
              <Text size="sm" span c="dimmed">{t(`form.filled.by.${by}`)}</Text>
            </Group>
          </List.Item>
        ))}
      </List>
    </section>
  )
}
