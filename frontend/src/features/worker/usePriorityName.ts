import { useTranslation } from 'react-i18next'

const PRIORITIES = ['apply', 'plan', 'background'] as const

/** A priority of the queue in the reader's words; one that is not known here as the server writes it. */
export function usePriorityName() {
  const { t } = useTranslation()
  return (priority: string) => {
    const known = PRIORITIES.find((one) => one === priority.toLowerCase())
    return known ? t(`worker.priority.${known}`) : priority
  }
}
