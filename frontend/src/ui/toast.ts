import { notifications } from '@mantine/notifications'
import i18next from 'i18next'

/** Read when it is shown, in the language of that moment. */
const closing = () => ({ withBorder: true, closeButtonProps: { 'aria-label': i18next.t('common.action.close') } })

/** Short messages in the corner. Errors stay until they are closed: they have to be read. */
export const toast = {
  success: (message: string) => notifications.show({ message, color: 'green', autoClose: 4_000, ...closing() }),
  info: (message: string) => notifications.show({ message, color: 'gray', autoClose: 5_000, ...closing() }),
  error: (message: string) => notifications.show({ message, color: 'red', autoClose: false, ...closing(), role: 'alert' }),
}
