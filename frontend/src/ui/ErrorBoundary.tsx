import { Button } from '@mantine/core'
import { IconMoodSad } from '@tabler/icons-react'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from './EmptyState'

interface Props {
  children: ReactNode
  /** When it changes, the region is tried again. */
  resetKey?: string
}

/** Keeps a failure within its region: the rest of the page goes on. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidUpdate(before: Props) {
    if (this.state.failed && before.resetKey !== this.props.resetKey) this.setState({ failed: false })
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return <Failure onRetry={() => { this.setState({ failed: false }) }} />
  }
}

export function Failure({ onRetry, title, help }: { onRetry?: () => void; title?: string; help?: string }) {
  const { t } = useTranslation()
  return (
    <div role="alert">
      <EmptyState
        icon={IconMoodSad}
        title={title ?? t('common.error.boundary')}
        help={help ?? t('common.error.boundaryHelp')}
        action={onRetry && <Button variant="default" onClick={onRetry}>{t('common.action.retry')}</Button>}
      />
    </div>
  )
}
