import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Stack, Text, Title } from '@mantine/core'
import { Logo } from '@/ui/Logo'
import classes from './SignInFrame.module.css'

export function SignInFrame({ corner, children }: { corner: ReactNode; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className={classes.frame}>
      <header className={classes.corner}>{corner}</header>
      <main className={classes.card}>
        <Stack gap="xs" mb="lg" align="center" ta="center">
          <Logo size={44} />
          <Title order={1} mt={8} tabIndex={-1} data-page-title>
            {t('auth.title')}
          </Title>
          <Text c="dimmed" size="sm">
            {t('auth.lead')}
          </Text>
        </Stack>
        {children}
      </main>
    </div>
  )
}
